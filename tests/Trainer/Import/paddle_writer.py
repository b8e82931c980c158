"""Writes a network in PaddlePaddle's two formats: a checkpoint (model.pdparams) and a deployed program (inference.pdmodel + inference.pdiparams).

    python3 paddle_writer.py NETWORK.json OUT PROTOCOL

NETWORK.json names the network, the side of its pictures and its tensors (name as Torch has it, shape, offset in NETWORK.bin). Everything else is made here,
from the description of the networks and of the formats and with numpy's own pickles, so that it shares no line with the reader that it tests.
"""
import json
import os
import pickle
import struct
import sys

import numpy as np

FLOAT32, LOD_TENSOR, FEED, FETCH = 5, 7, 9, 10


# The wire format of protocol buffers.
def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field, value):
    return varint(field << 3) + varint(value)


def single(field, value):
    return varint(field << 3 | 5) + struct.pack("<f", value)


def block(field, data):
    data = data.encode() if isinstance(data, str) else data
    return varint(field << 3 | 2) + varint(len(data)) + data


def attribute(name, value):
    if isinstance(value, bool):
        kind, data = 6, number(10, value)
    elif isinstance(value, int):
        kind, data = 0, number(3, value)
    elif isinstance(value, float):
        kind, data = 1, single(4, value)
    elif isinstance(value, str):
        kind, data = 2, block(5, value)
    elif value and isinstance(value[0], str):
        kind, data = 5, b"".join(block(8, text) for text in value)
    elif value and isinstance(value[0], float):
        kind, data = 4, b"".join(single(7, part) for part in value)
    else:
        kind, data = 3, b"".join(number(6, part) for part in value)
    return block(4, block(1, name) + number(2, kind) + data)


def description(shape):
    return number(1, FLOAT32) + b"".join(number(2, side) for side in shape)


class Program:
    """A program under construction: values are (name, shape)."""

    def __init__(self, tensors):
        self.tensors, self.weights, self.variables, self.operators, self.counts = tensors, {}, [], [], {}
        self.variable("feed", FEED, None, True)
        self.variable("fetch", FETCH, None, True)

    def count(self, kind):
        self.counts[kind] = self.counts.get(kind, -1) + 1
        return f"{kind}_{self.counts[kind]}"

    def variable(self, name, kind, shape, persistable):
        tensor = b"" if shape is None else block(3, block(1, description(shape)) + number(2, 0))
        self.variables.append(block(3, block(1, name) + block(2, number(1, kind) + tensor) + number(3, persistable)))

    def weight(self, name, values):
        self.weights[name] = np.ascontiguousarray(values, dtype="<f4")
        self.variable(name, LOD_TENSOR, self.weights[name].shape, True)
        return name

    def run(self, kind, inputs, slot, shape, **attributes):
        name = self.count(kind) + ".tmp_0"
        self.variable(name, LOD_TENSOR, shape, False)
        slots = [block(1, block(1, key) + b"".join(block(2, value) for value in values)) for key, values in inputs.items()]
        stack = attribute("op_callstack", ["  File \"export.py\", line 1", "  " + kind])
        self.operators.append(block(4, b"".join(slots) + block(2, block(1, slot) + block(2, name)) + block(3, kind) + b"".join(attribute(*pair) for pair in attributes.items()) + stack))
        return name, shape

    def convolve(self, x, weight, stride=1, bias=None):
        (name, (n, channels, height, width)), (outputs, inner, side, _) = x, weight.shape
        groups, pad = channels // inner, (side - 1) // 2
        layer = self.count("conv2d")
        shape = (n, outputs, (height - 1) // stride + 1, (width - 1) // stride + 1)
        inputs = {"Filter": [self.weight(layer + ".w_0", weight)], "Input": [name]}
        x = self.run("depthwise_conv2d" if groups > 1 else "conv2d", inputs, "Output", shape, strides=[stride] * 2, paddings=[pad] * 2, dilations=[1, 1],
                     groups=groups, padding_algorithm="EXPLICIT", data_format="NCHW")
        return x if bias is None else self.run("elementwise_add", {"X": [x[0]], "Y": [self.weight(layer + ".b_0", bias)]}, "Out", shape, axis=1)

    def norm(self, x, prefix, kind="batch_norm2d"):
        layer, t = self.count(kind), self.tensors
        slots = {"Bias": ("b_0", "bias"), "Scale": ("w_0", "weight"), "Mean": ("w_1", "running_mean"), "Variance": ("w_2", "running_var")}
        inputs = {slot: [self.weight(f"{layer}.{end}", t[f"{prefix}.{member}"])] for slot, (end, member) in slots.items()}
        return self.run("batch_norm", {**inputs, "X": [x[0]]}, "Y", x[1], epsilon=1e-5, is_test=True, data_layout="NCHW")

    def act(self, x, kind):
        options = {"hard_swish": dict(offset=3.0, scale=6.0, threshold=6.0), "hard_sigmoid": dict(slope=0.1666667, offset=0.5), "leaky_relu": dict(alpha=0.01)}
        return self.run(kind, {"X": [x[0]]}, "Out", x[1], **options.get(kind, {}))

    def block(self, x, conv, bn, stride, act):
        return self.act(self.norm(self.convolve(x, self.tensors[conv + ".weight"], stride), bn), act)

    def pool(self, x):
        return self.run("pool2d", {"X": [x[0]]}, "Out", (x[1][0], x[1][1], 1, 1), ksize=[1, 1], strides=[1, 1], paddings=[0, 0], pooling_type="avg", adaptive=True,
                        padding_algorithm="EXPLICIT", data_format="NCHW")

    def excite(self, x, prefix, gate):
        y = self.pool(x)
        for part, act in (("conv1", "relu"), ("conv2", gate)):
            y = self.act(self.convolve(y, self.tensors[f"{prefix}.{part}.weight"], bias=self.tensors[f"{prefix}.{part}.bias"]), act)
        return self.run("elementwise_mul", {"X": [x[0]], "Y": [y[0]]}, "Out", x[1], axis=-1)

    def add(self, x, y):
        return self.run("elementwise_add", {"X": [x[0]], "Y": [y[0]]}, "Out", x[1], axis=-1)

    def concat(self, *values):
        shape = values[0][1]
        return self.run("concat", {"X": [name for name, _ in values]}, "Out", (shape[0], sum(s[1] for _, s in values), *shape[2:]), axis=1)

    def twice(self, x):
        n, c, h, w = x[1]
        return self.run("nearest_interp_v2", {"X": [x[0]]}, "Out", (n, c, 2 * h, 2 * w), scale=[2.0, 2.0], align_corners=False, interp_method="nearest", data_layout="NCHW")

    def dropout(self, x):
        return self.run("dropout", {"X": [x[0]]}, "Out", x[1], dropout_prob=0.2, dropout_implementation="downgrade_in_infer", is_test=True)

    def flatten(self, x):
        return self.run("flatten_contiguous_range", {"X": [x[0]]}, "Out", (x[1][0], x[1][1]), start_axis=1, stop_axis=3)

    def feed(self, name, shape):
        self.variable(name, LOD_TENSOR, shape, False)
        self.operators.append(block(4, block(1, block(1, "X") + block(2, "feed")) + block(2, block(1, "Out") + block(2, name)) + block(3, "feed") + attribute("col", 0)))
        return name, shape

    def fetch(self, x, column=0):
        self.operators.append(block(4, block(1, block(1, "X") + block(2, x[0])) + block(2, block(1, "Out") + block(2, "fetch")) + block(3, "fetch") + attribute("col", column)))

    def write(self, folder):
        body = number(1, 0) + number(2, -1) + b"".join(self.variables) + b"".join(self.operators)
        with open(os.path.join(folder, "inference.pdmodel"), "wb") as file:
            file.write(block(1, body) + block(4, number(1, 2003002)))
        with open(os.path.join(folder, "inference.pdiparams"), "wb") as file:
            for name in sorted(self.weights, key=str.encode):
                dims = description(self.weights[name].shape)
                file.write(struct.pack("<IQIi", 0, 0, 0, len(dims)) + dims + self.weights[name].tobytes())


def fused(t, prefix):
    """The parallel depthwise branches as one convolution."""
    weight = bias = 0
    for i in range(3):
        branch = f"{prefix}.dw_conv_list.{i}"
        if branch + ".conv.weight" not in t:
            continue
        scale = t[branch + ".bn.weight"].astype(float) / np.sqrt(t[branch + ".bn.running_var"].astype(float) + 1e-5)
        kernel = t[branch + ".conv.weight"] * scale[:, None, None, None]
        edge = (5 - kernel.shape[2]) // 2
        weight = weight + np.pad(kernel, ((0, 0), (0, 0), (edge, edge), (edge, edge)))
        bias = bias + t[branch + ".bn.bias"] - t[branch + ".bn.running_mean"] * scale
    return weight, bias


def shitu_v2(p, x):
    t = p.tensors
    x = p.block(x, "backbone.stem.0.conv", "backbone.stem.0.bn", 2, "relu")
    blocks = [("stem.1", 1)] + [(f"stages.{s}.{b}", 2 if b == 0 and s < 3 else 1) for s, depth in enumerate((2, 2, 6, 2)) for b in range(depth)]
    for name, stride in blocks:
        start, prefix = x, "backbone." + name
        if prefix + ".dw_conv.conv.weight" in t:
            x = p.block(x, prefix + ".dw_conv.conv", prefix + ".dw_conv.bn", stride, "relu")
        else:
            weight, bias = fused(t, prefix)
            x = p.act(p.convolve(x, weight, stride, bias), "relu")
        if prefix + ".se.conv1.weight" in t:
            x = p.excite(x, prefix + ".se", "sigmoid")
        for part in ("pw_conv", "pw_conv_1", "pw_conv_2"):
            if f"{prefix}.{part}.conv.weight" in t:
                x = p.block(x, f"{prefix}.{part}.conv", f"{prefix}.{part}.bn", 1, "relu")
        if name == "stages.3.1":
            x = p.add(x, start)
    x = p.convolve(p.pool(x), t["backbone.last_conv.weight"], bias=t["backbone.last_conv.bias"])
    p.fetch(p.norm(p.flatten(p.dropout(x)), "neck", "batch_norm1d"))


def lcnet(p, x):
    maps = {}
    x = p.block(x, "backbone.conv1.conv", "backbone.conv1.bn", 2, "hard_swish")
    for stage, depth in ((2, 1), (3, 2), (4, 2), (5, 6), (6, 2)):
        for b in range(depth):
            prefix = f"backbone.blocks{stage}.{b}"
            x = p.block(x, prefix + ".dw_conv.conv", prefix + ".dw_conv.bn", 2 if b == 0 and stage > 2 else 1, "hard_swish")
            if stage == 6:
                x = p.excite(x, prefix + ".se", "hard_sigmoid")
            x = p.block(x, prefix + ".pw_conv.conv", prefix + ".pw_conv.bn", 1, "hard_swish")
        maps[stage] = x
    return maps


def shitu_v1(p, x):
    t = p.tensors
    x = p.convolve(p.pool(lcnet(p, x)[6]), t["backbone.last_conv.weight"])
    x = p.flatten(p.dropout(p.act(x, "hard_swish")))
    x = p.run("matmul_v2", {"X": [x[0]], "Y": [p.weight("linear_1.w_0", t["neck.fc.weight"].T)]}, "Out", (-1, 512), trans_x=False, trans_y=False)
    p.fetch(p.run("elementwise_add", {"X": [x[0]], "Y": [p.weight("linear_1.b_0", t["neck.fc.bias"])]}, "Out", (-1, 512), axis=1))


def detector(act):
    def build(p, x):
        t = p.tensors

        def part(x, prefix, stride=1):
            return p.block(x, prefix + ".conv", prefix + (".bn" if prefix + ".bn.weight" in t else ".norm"), stride, act)

        def pair(x, prefix, stride):
            x = p.block(x, prefix + ".dwconv", prefix + ".bn1", stride, act)
            return p.block(x, prefix + ".pwconv", prefix + ".bn2", 1, act)

        def csp(first, second, prefix):
            x = p.concat(first, second)
            short = part(x, prefix + ".short_conv")
            main = pair(part(part(x, prefix + ".main_conv"), prefix + ".blocks.0.conv1"), prefix + ".blocks.0.conv2", 1)
            return part(p.concat(main, short), prefix + ".final_conv")

        maps = lcnet(p, x)
        t3, t4, t5 = (part(maps[stage], f"neck.conv_t.convs.{i}") for i, stage in enumerate((4, 5, 6)))
        m4 = csp(p.twice(t5), t4, "neck.top_down_blocks.0")
        p3 = csp(p.twice(m4), t3, "neck.top_down_blocks.1")
        p4 = csp(pair(p3, "neck.downsamples.0", 2), m4, "neck.bottom_up_blocks.0")
        p5 = csp(pair(p4, "neck.downsamples.1", 2), t5, "neck.bottom_up_blocks.1")
        p6 = p.add(pair(t5, "neck.first_top_conv", 2), pair(p5, "neck.second_top_conv", 2))
        p.weight("dygraph_tmp_4", np.arange(8))
        for level, x in enumerate((p3, p4, p5, p6)):
            for i in range(8):
                for half in ("dw", "pw"):
                    if f"head.conv_feat.cls_conv_{half}{level}.{i}.conv.weight" in t:
                        x = part(x, f"head.conv_feat.cls_conv_{half}{level}.{i}")
            x = p.convolve(x, t[f"head.head_cls{level}.weight"], bias=t[f"head.head_cls{level}.bias"])
            score = p.run("split", {"X": [x[0]]}, "Out", x[1], axis=1, sections=[1, 32])
            p.fetch(p.act(score, "sigmoid"), level)

    return build


def checkpoint(network, t):
    """Structured names as upstream's trainers have them, with what training leaves in a checkpoint."""
    state = {}
    for name, values in t.items():
        theirs = name.replace("running_mean", "_mean").replace("running_var", "_variance")
        if network == "shitu-v2" and name.startswith("neck."):
            theirs = theirs.replace("neck.", "neck.feat_bn.")
        state[theirs] = np.ascontiguousarray(values.T) if values.ndim == 2 else values
        if ".dw_conv_list.0.conv.weight" in name:
            state[theirs.split("_list")[0] + ".weight"] = np.zeros((len(values), 1, 5, 5), "f4")
            state[theirs.split("_list")[0] + ".bias"] = np.zeros(len(values), "f4")
    if network == "shitu-v2":
        state["head.fc.weight"] = np.ones((512, 3), "f4")
    elif network == "shitu-v1":
        state["head.weight"] = np.ones((512, 3), "f4")
    else:
        state["head.distribution_project.project"] = np.array([0, 1, 2, 3.0002983, 4, 4.9999995, 6.0005965, 7], "f4")
        state.update({f"head.p{level}_feat.scale_reg": np.ones(1, "f4") for level in (3, 4, 5, 6)})
    state["StructuredToParameterName@@"] = {name: f"tensor_{i}.w_0" for i, name in enumerate(state)}
    return state


def main(path, out, protocol):
    with open(path, encoding="utf-8") as file:
        network = json.load(file)
    values = np.fromfile(os.path.splitext(path)[0] + ".bin", dtype="<f4")
    t = {x["name"]: values[x["offset"]:x["offset"] + int(np.prod(x["shape"]))].reshape(x["shape"]) for x in network["tensors"]}
    with open(os.path.join(out, "model.pdparams"), "wb") as file:
        pickle.dump(checkpoint(network["network"], t), file, protocol=protocol)
    build = {"shitu-v2": shitu_v2, "shitu-v1": shitu_v1, "mainbody-lite": detector("leaky_relu"), "picodet-lcnet": detector("hard_swish")}[network["network"]]
    program = Program(t)
    build(program, program.feed("x", (-1, 3, network["side"], network["side"])))
    program.write(out)


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
