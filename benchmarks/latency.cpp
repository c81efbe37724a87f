// The two sides of benchmarks/latency.py that are written in C++. Both are given a connected socket.
//
//   latency send FD FRAMES STAMPS GAP      one websocket frame after another, the next one GAP µs after the last
//   latency wait FD COUNT ARRIVALS         sleeps in epoll_wait until there are bytes, then reads
//   latency block FD COUNT ARRIVALS        sleeps in recv
//   latency spin FD COUNT ARRIVALS         asks for bytes without ever sleeping
//
// FRAMES: each frame behind its size (uint32). STAMPS, ARRIVALS: files of int64, ns of CLOCK_MONOTONIC: just before
// send() was called; and once symbol, bid and ask of the message were read.
//
// What the client does with a message: it takes the frame's size from its head, finds the three keys by memmem, and
// converts two of the values by strtod. It checks nothing: no UTF-8, no JSON, no RFC 6455, and keeps no state.

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

int64_t now_ns() {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

[[noreturn]] void fail(const char *what) {
    std::perror(what);
    std::exit(1);
}

void write_file(const char *path, const std::vector<int64_t> &stamps) {
    FILE *file = std::fopen(path, "wb");
    if (file == nullptr || std::fwrite(stamps.data(), 8, stamps.size(), file) != stamps.size()) fail(path);
    std::fclose(file);
}

int send_all(int fd, const char *path, const char *stamps_path, double gap_us) {
    FILE *file = std::fopen(path, "rb");
    if (file == nullptr) fail(path);
    std::vector<std::string> frames;
    uint32_t size;
    while (std::fread(&size, 4, 1, file) == 1) {
        std::string frame(size, '\0');
        if (std::fread(frame.data(), 1, size, file) != size) fail(path);
        frames.push_back(frame);
    }
    std::fclose(file);
    std::vector<int64_t> stamps;
    stamps.reserve(frames.size());
    const int64_t gap = static_cast<int64_t>(gap_us * 1000);
    int64_t due = now_ns() + 1'000'000;
    for (size_t i = 0; i < frames.size(); ++i) {
        if (const int64_t left = due - now_ns(); left > 80'000) {  // asleep for most of it: the core is free for others
            const timespec nap{0, left - 80'000};
            nanosleep(&nap, nullptr);
        }
        while (now_ns() < due) {
        }
        stamps.push_back(now_ns());
        if (send(fd, frames[i].data(), frames[i].size(), 0) != static_cast<ssize_t>(frames[i].size())) fail("send");
        due = now_ns() + gap + static_cast<int64_t>(i * 7919 % 64) * gap / 64;  // uneven: no two run in step
    }
    write_file(stamps_path, stamps);
    return 0;
}

// The text behind a key, or exits.
const char *value(const char *data, size_t size, const char *key) {
    const void *at = memmem(data, size, key, std::strlen(key));
    if (at == nullptr) fail(key);
    return static_cast<const char *>(at) + std::strlen(key);
}

int receive(int fd, const std::string &how, size_t count, const char *path) {
    std::vector<int64_t> arrivals;
    arrivals.reserve(count);
    std::vector<char> buffer(65536 + 1);
    size_t have = 0;
    double bid = 0, ask = 0;
    char symbol[16] = {};
    const int poll = epoll_create1(0);
    epoll_event event{};
    event.events = EPOLLIN;
    if (how == "wait" && epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
    const int flags = fcntl(fd, F_GETFL);
    fcntl(fd, F_SETFL, how == "block" ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
    while (arrivals.size() < count) {
        if (how == "wait") epoll_wait(poll, &event, 1, -1);
        const ssize_t got = recv(fd, buffer.data() + have, 65536 - have, 0);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (got <= 0) fail("recv");
        have += static_cast<size_t>(got);
        size_t at = 0;
        while (arrivals.size() < count) {  // frames of a server: no mask; the Close after the last is not read
            if (have - at < 2) break;
            size_t size = static_cast<unsigned char>(buffer[at + 1]), head = 2;
            if (size == 126) {
                if (have - at < 4) break;
                size = static_cast<size_t>(static_cast<unsigned char>(buffer[at + 2]) << 8 |
                                           static_cast<unsigned char>(buffer[at + 3]));
                head = 4;
            }
            if (have - at < head + size) break;
            const char *data = buffer.data() + at + head;
            const char *name = value(data, size, "\"S\":\"");
            const size_t length = static_cast<size_t>(std::strchr(name, '"') - name);
            const size_t kept = length < sizeof symbol - 1 ? length : sizeof symbol - 1;
            std::memcpy(symbol, name, kept);
            symbol[kept] = 0;
            bid = std::strtod(value(data, size, "\"bp\":"), nullptr);
            ask = std::strtod(value(data, size, "\"ap\":"), nullptr);
            arrivals.push_back(now_ns());
            at += head + size;
        }
        std::memmove(buffer.data(), buffer.data() + at, have - at);
        have -= at;
    }
    write_file(path, arrivals);
    std::printf("%.4s %.10g %.10g\n", symbol, bid, ask);
    return 0;
}

}  // namespace

int main(int count, char **given) {
    if (count == 6 && std::string(given[1]) == "send")
        return send_all(std::atoi(given[2]), given[3], given[4], std::atof(given[5]));
    if (count == 5) return receive(std::atoi(given[2]), given[1], static_cast<size_t>(std::atol(given[3])), given[4]);
    std::fprintf(stderr, "latency send FD FRAMES STAMPS GAP | wait|block|spin FD COUNT ARRIVALS\n");
    return 2;
}
