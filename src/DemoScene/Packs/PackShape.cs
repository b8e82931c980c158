namespace ShiTu.DemoScene.Packs;

/// <summary>Outline and relief of a pack.</summary>
internal enum PackShape
{
    Bottle,
    Jug,
    Carton,
    Can,
    Jar,
    Bag,
    Box,
    Bar,
    Tub,
    Tin,
    Tray,
    Tube,
}

/// <summary>What is printed all over a pack.</summary>
internal enum PackPattern
{
    Plain,
    Diagonals,
    Bands,
    Pinstripes,
    Dots,
    Checks,
    Waves,
    Zigzag,
    Diamonds,
    Rays,
    Scales,
    Confetti,
    Blotches,
    Plaid,
    Rings,
    Halves,
    Tiles,
    Triangles,
}

/// <summary>The picture on a label.</summary>
internal enum PackEmblem
{
    None,
    Sun,
    Leaf,
    Fish,
    Star,
    Heart,
    Drop,
    Mountain,
    Bird,
    Flower,
    Crown,
    Moon,
    Rocket,
    Bean,
    Berry,
    Wheat,
    House,
    Bolt,
    Eye,
    Tree,
}

/// <summary>How the label lies on the pack.</summary>
internal enum LabelLayout
{
    None,
    Band,
    Oval,
    Panel,
    Circle,
    Sash,
}
