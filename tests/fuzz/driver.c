/* libFuzzer around a Python function of tests/fuzz/targets.py.

   The modules under test are Cython modules compiled with coverage and sanitizers; Python itself is not, so all that
   the fuzzer sees and steers by is ours. TICKFOLD_FUZZ_TARGET names the function. Any exception is a finding. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>

static PyObject* target;

int LLVMFuzzerInitialize(int* argc, char*** argv) {
    const char* name = getenv("TICKFOLD_FUZZ_TARGET");
    PyObject* module;
    (void)argc;
    (void)argv;
    Py_InitializeEx(0);
    module = PyImport_ImportModule("targets");
    if (module != NULL) target = PyObject_GetAttrString(module, name != NULL ? name : "frames");
    if (target == NULL) {
        PyErr_Print();
        abort();
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    PyObject* result = PyObject_CallFunction(target, "y#", (const char*)data, (Py_ssize_t)size);
    if (result == NULL) {
        PyErr_Print();
        fflush(stdout);
        abort();
    }
    Py_DECREF(result);
    return 0;
}
