/* CRC32C (Castagnoli, RFC 3720 appendix B.4), 8 bytes a step by tables. */
#ifndef TICKFOLD_CRC32C_H
#define TICKFOLD_CRC32C_H

#include <stddef.h>
#include <stdint.h>

static uint32_t tf_crc_tables[8][256];

/* To be called once, before tf_crc32c(). */
static void tf_crc_begin(void) {
    for (uint32_t i = 0; i < 256; ++i) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0x82F63B78u : 0);
        tf_crc_tables[0][i] = crc;
    }
    for (int table = 1; table < 8; ++table)
        for (int i = 0; i < 256; ++i) {
            const uint32_t before = tf_crc_tables[table - 1][i];
            tf_crc_tables[table][i] = before >> 8 ^ tf_crc_tables[0][before & 0xFF];
        }
}

static uint32_t tf_crc32c(const unsigned char *data, size_t size) {
    uint32_t crc = 0xFFFFFFFFu;
    for (; size >= 8; size -= 8, data += 8) {
        crc ^= (uint32_t)data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 | (uint32_t)data[3] << 24;
        crc = tf_crc_tables[7][crc & 0xFF] ^ tf_crc_tables[6][crc >> 8 & 0xFF] ^ tf_crc_tables[5][crc >> 16 & 0xFF] ^
              tf_crc_tables[4][crc >> 24] ^ tf_crc_tables[3][data[4]] ^ tf_crc_tables[2][data[5]] ^
              tf_crc_tables[1][data[6]] ^ tf_crc_tables[0][data[7]];
    }
    for (; size; --size, ++data) crc = crc >> 8 ^ tf_crc_tables[0][(crc ^ *data) & 0xFF];
    return ~crc;
}

#endif
