"""Drawings: as DOT text against kept files, and as SVG by what a reader needs of them."""

import os
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

import layergraph as lg
from tests.layergraph import model_zoo

GOLDEN = Path(__file__).parent / "golden"
SMALL = [name for name in model_zoo.PAIRS if name != "xception"]


def check_golden(name, text):
    """Compare with the kept file; LAYERGRAPH_GOLDEN=write makes it anew."""
    path = GOLDEN / f"{name}.dot"
    if os.environ.get("LAYERGRAPH_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    assert text == path.read_text(), (
        f"{path.name} differs; look at the drawing, then keep it with LAYERGRAPH_GOLDEN=write"
    )


@pytest.mark.parametrize("name", SMALL)
def test_the_dot_text_of_a_model_is_as_kept(keras, name):
    keras.utils.clear_session()
    check_golden(name, lg.plot(model_zoo.PAIRS[name][0](keras)).dot)


@pytest.mark.parametrize("name", SMALL)
def test_the_dot_text_of_a_difference_is_as_kept(keras, name):
    right, wrong = model_zoo.PAIRS[name]
    keras.utils.clear_session()
    one = right(keras)
    keras.utils.clear_session()
    check_golden(f"{name}_diff", lg.plot(lg.compare(one, wrong(keras))).dot)


def texts(svg):
    return [
        element.text
        for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    ]


def test_calls_that_share_weights_wear_the_same_letter(keras):
    assert texts(lg.plot(model_zoo.siamese(keras)).svg).count("A") == 2
    assert "A" not in texts(lg.plot(model_zoo.siamese(keras, shared=False)).svg)


def test_a_nested_model_is_framed_at_each_call(keras):
    found = texts(lg.plot(model_zoo.encoder_twice(keras)).svg)
    assert found.count("encoder") == 2
    assert found.count("A") == 2


def test_a_wrapped_model_is_opened_in_a_frame(keras):
    assert "TimeDistributed(classifier), for each of 20 steps" in texts(
        lg.plot(model_zoo.every_frame(keras)).svg
    )


def test_a_difference_is_told_in_words_and_marked(keras):
    diff = lg.compare(
        model_zoo.inception(keras), model_zoo.inception(keras, kernel=5, branches="abc")
    )
    found = texts(diff.drawing.svg)
    assert found.count("− missing") == 3
    assert found.count("~ changed") == 2  # in the legend and at the layer
    assert any("kernel_size is (5, 5)" in text for text in found)


def test_a_marked_call_is_pointed_out_with_its_remark(keras):
    model = model_zoo.residual(keras)
    found = texts(lg.plot(model, mark={"shortcut": "starts at the wrong tensor"}).svg)
    assert "▸ look here" in found and "starts at the wrong tensor" in found
    with pytest.raises(lg.GraphError, match="no call 'elsewhere'"):
        lg.plot(model, mark=["elsewhere"])


def test_the_ids_of_two_drawings_differ_and_the_text_is_there(keras):
    model = model_zoo.stack(keras)
    svgs = [lg.plot(model).svg for _ in range(2)]
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in svgs]
    assert not ids[0] & ids[1]
    root = ElementTree.fromstring(svgs[0])
    assert root.get("role") == "img"
    assert set(root.get("aria-labelledby").split()) <= ids[0]
    assert "Dense(32)" in svgs[0]


def test_colours_follow_the_reader_and_jupyterlab(keras):
    svg = lg.plot(model_zoo.stack(keras)).svg
    assert "prefers-color-scheme:dark" in svg
    assert '[data-jp-theme-light="false"]' in svg


def test_xception_stays_on_a_few_screens(keras):
    picture = lg.plot(model_zoo.xception(keras)).picture
    assert picture.width <= 1100
    assert picture.height <= 6000


def test_details_and_directions(keras):
    model = model_zoo.residual(keras)
    assert "parameters" not in lg.plot(model, detail="low").svg.partition("</style>")[2]
    assert "use_bias = True" in lg.plot(model, detail="full").svg
    tall, wide = lg.plot(model).picture, lg.plot(model, direction="LR").picture
    assert wide.width > tall.width and wide.height < tall.height
    with pytest.raises(lg.GraphError, match="detail"):
        lg.plot(model, detail="much")


def test_files(keras, tmp_path):
    model = model_zoo.stack(keras)
    for suffix, start in (
        (".svg", b"<svg"),
        (".png", b"\x89PNG"),
        (".pdf", b"%PDF"),
        (".dot", b"digraph"),
    ):
        lg.plot(model, to_file=tmp_path / f"model{suffix}")
        assert (tmp_path / f"model{suffix}").read_bytes().startswith(start)
    with pytest.raises(lg.GraphError, match="model.gif"):
        lg.plot(model, to_file=tmp_path / "model.gif")


def test_a_notebook_gets_a_picture_and_text(keras):
    bundle = lg.plot(model_zoo.siamese(keras))._repr_mimebundle_()
    assert "<svg" in bundle["text/html"]
    assert bundle["image/png"].startswith(b"\x89PNG")
    assert "share weights" in bundle["text/plain"]
    diff = lg.compare(
        model_zoo.siamese(keras), model_zoo.siamese(keras, shared=False)
    )._repr_mimebundle_()
    assert "one layer called twice" in diff["text/html"] and "sharing:" in diff["text/plain"]


def test_the_dot_program_does_as_well(keras, monkeypatch):
    import shutil
    import sys

    if shutil.which("dot") is None:
        pytest.skip("no dot program here")
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    assert "Dense" in lg.plot(model_zoo.posts(keras)).svg


def test_without_any_graphviz_the_message_says_what_to_install(keras, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(lg.GraphError, match="pygraphviz"):
        lg.plot(model_zoo.posts(keras)).svg


def test_no_text_of_a_png_is_wider_than_its_place_where_only_dejavu_is_there(keras):
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    from layergraph.raster import _shrink
    from layergraph.shapes import Text, text_width

    picture = lg.plot(model_zoo.posts(keras)).picture
    shrink = _shrink(picture, "DejaVu Sans")
    assert shrink < 1  # DejaVu is wider than Helvetica, whose widths the places are made for
    for shape in picture.shapes:
        if isinstance(shape, Text):
            font = FontProperties(family="DejaVu Sans", weight="bold" if shape.bold else "normal")
            path = TextPath((0, 0), shape.text, size=shape.size * shrink, prop=font)
            room = text_width(shape.text, shape.size, shape.bold)
            assert path.get_extents().width <= room + 0.5, shape.text


def test_an_arrow_that_stands_for_two_says_so(keras):
    """One tensor that is read twice; not two tensors of one box, nor two readers in one box."""
    L = keras.layers
    one, two = keras.Input((8,)), keras.Input((8,))
    read = L.Dense(4)
    same = read(one)
    twice = keras.Model([one, two], L.Multiply()([same, same]))
    assert "2 times" in lg.plot(twice).svg
    squared = keras.Model([one, two], L.Multiply()([read(one), read(one)]))
    heads = keras.Model(one, [L.Dense(4)(one), L.Dense(4)(one)])
    within = keras.Model(two, L.Add()(heads(two)))
    for model in (squared, within):
        for detail in ("low", "normal", "full"):
            assert "2 times" not in lg.plot(model, detail=detail).svg
