"""The parts of the benchmarks by name, each a module with `measure(asked)`, in the order that they are run in."""

SECTIONS = {
    "count": "parameters and multiply-adds: torchinfo, fvcore, ptflops, calflops, thop",
    "read": "text to a checked network, within a process: torchinfo on the meta device, NNEF, ONNX",
    "draw": "a figure: torchview",
    "build": "an ONNX file with random weights: PyTorch's exporters, onnx.helper, onnx-ir, spox",
    "growth": "100 to 100,000 layers: torchinfo, fvcore, PyTorch's exporters",
    "many": "many specs on all cores, and many candidates of one text",
    "files": "what is in ONNX files: PyTorch's exporters",
    "infer": "onnxruntime on the files: PyTorch's exporters, with the same weights",
    "train": "a training step: the same networks written by hand",
}
"""What each compares."""
