using SkiaSharp;

namespace ShiTu.DemoScene.Packs;

/// <summary>The shelf of the demo shop: brands that do not exist.</summary>
internal static class DemoShop
{
    public static IReadOnlyList<SceneProduct> Products { get; } =
    [
        Sells("milk", "Mellanmjölk Röda Kon 1 l", new(PackShape.Carton, 128, 262)
        {
            Ground = C(0xF8F6F0), Second = C(0x231F20), Accent = C(0xD5202A), Cap = C(0xD5202A), Pattern = PackPattern.Blotches, Cell = 34,
            Layout = LabelLayout.Band, Label = C(0xD5202A), LabelAt = 0.34f, LabelSize = 0.26f, Ink = SKColors.White, Text = "MJÖLK",
        }),
        Sells("water", "Källvatten Våg 1,5 l", new(PackShape.Bottle, 96, 336)
        {
            Ground = C(0x9FDCF2), Second = C(0x1C6FD1), Accent = C(0x0B3E91), Cap = C(0x1747A8), Pattern = PackPattern.Waves, Cell = 26,
            Layout = LabelLayout.Panel, LabelAt = 0.5f, LabelSize = 0.55f, Label = C(0xEFFAFF), Emblem = PackEmblem.Drop, Ink = C(0x0B3E91), Text = "VÅG",
        }),
        Sells("tomatoes", "Krossade tomater 400 g", new(PackShape.Can, 134, 176)
        {
            Ground = C(0xB5121B), Second = C(0x2D7D32), Accent = C(0xE02B20), Pattern = PackPattern.Plain,
            Layout = LabelLayout.Circle, LabelAt = 0.5f, LabelSize = 0.86f, Label = C(0xF4EFD2), Emblem = PackEmblem.Berry, Ink = C(0x2D7D32), Text = "POMO",
        }),
        Sells("crisps", "Potatischips Havssalt 200 g", new(PackShape.Bag, 206, 268)
        {
            Ground = C(0xFFD21F), Second = C(0xF59A00), Accent = C(0x6A1B9A), Cap = C(0xF59A00), Pattern = PackPattern.Rays, Cell = 30,
            Layout = LabelLayout.Oval, LabelAt = 0.42f, LabelSize = 0.4f, Label = C(0x6A1B9A), Ink = SKColors.White, Text = "CHIPS",
        }),
        Sells("olive-oil", "Ελαιόλαδο Ελιά 750 ml", new(PackShape.Bottle, 84, 318)
        {
            Ground = C(0x2F4A1E), Second = C(0x9A8B2E), Accent = C(0x5C7A1F), Cap = C(0xC9A227), Pattern = PackPattern.Plain,
            Layout = LabelLayout.Panel, LabelAt = 0.5f, LabelSize = 0.8f, Label = C(0xEADFB4), Emblem = PackEmblem.Leaf, Ink = C(0x3A2E10), Text = "ΛΔΣ",
        }),
        Sells("green-tea", "緑茶 Sencha 100 g", new(PackShape.Box, 170, 178)
        {
            Ground = C(0xE9F3DC), Second = C(0x17805A), Accent = C(0x0E5A40), Pattern = PackPattern.Scales, Cell = 42,
            Layout = LabelLayout.Circle, LabelAt = 0.5f, LabelSize = 0.62f, Label = SKColors.White, Ink = C(0x0E5A40), Text = "茶",
        }),
        Sells("dates", "تمور Medjool 500 g", new(PackShape.Tub, 190, 190)
        {
            Ground = C(0x4A1546), Second = C(0xD9A93A), Accent = C(0xD9A93A), Pattern = PackPattern.Triangles, Cell = 30,
            Layout = LabelLayout.Circle, LabelAt = 0.5f, LabelSize = 0.58f, Label = C(0x2A0A28), Emblem = PackEmblem.Star, Ink = C(0xF3D27A), Text = "رمت",
        }),
        Sells("orange", "Apelsin", new(PackShape.Tub, 122, 122) { Art = Fruit.Orange }),
        Sells("bananas", "Bananer", new(PackShape.Tub, 190, 200) { Art = Fruit.Bananas }),
        Sells("melon", "Vattenmelon, halv", new(PackShape.Tub, 226, 226) { Art = Fruit.Melon }),
        Sells("jam", "Jordgubbssylt 340 g", new(PackShape.Jar, 132, 164)
        {
            Ground = C(0xA80D3A), Second = C(0xF7A6C1), Accent = C(0xE0245E), Cap = C(0xF2F2F2), Pattern = PackPattern.Checks, Cell = 16,
            Layout = LabelLayout.Oval, LabelAt = 0.5f, LabelSize = 0.72f, Label = C(0xFFF6EC), Emblem = PackEmblem.Heart, Ink = C(0x7A0A2C), Text = "SYLT",
        }),
        Sells("coffee", "Kaffe Natt mörkrost 450 g", new(PackShape.Box, 138, 218)
        {
            Ground = C(0x16110F), Second = C(0xB8862B), Accent = C(0xE3B54A), Pattern = PackPattern.Diamonds, Cell = 28,
            Layout = LabelLayout.Band, LabelAt = 0.5f, LabelSize = 0.44f, Label = C(0x3B1F12), Emblem = PackEmblem.Bean, Ink = C(0xF4DFA8), Text = "NATT",
        }),
        Sells("detergent", "Tvättmedel Polar 1,2 l", new(PackShape.Jug, 196, 268)
        {
            Ground = C(0x7C5CE0), Second = C(0xB9A6FF), Accent = C(0xFF5FB2), Cap = C(0xFF5FB2), Pattern = PackPattern.Confetti, Cell = 30,
            Layout = LabelLayout.Circle, LabelAt = 0.74f, LabelSize = 0.44f, Label = SKColors.White, Emblem = PackEmblem.Flower, Ink = C(0x4B2FB0), Text = "POLAR",
        }),
        Sells("spaghetti", "Spaghetti Filo 500 g", new(PackShape.Box, 84, 338)
        {
            Ground = C(0x12317A), Second = C(0xF2CF63), Accent = C(0xE3B23C), Pattern = PackPattern.Pinstripes, Cell = 12,
            Layout = LabelLayout.Panel, LabelAt = 0.2f, LabelSize = 0.28f, Label = C(0x12317A), Emblem = PackEmblem.Wheat, Ink = SKColors.White, Text = "FILO",
        }),
        Sells("sardines", "Sardiner i olja 115 g", new(PackShape.Tin, 198, 118)
        {
            Ground = C(0x18A7A0), Second = C(0xF6E7C1), Accent = C(0xF6E7C1), Pattern = PackPattern.Zigzag, Cell = 22,
            Layout = LabelLayout.Oval, LabelAt = 0.5f, LabelSize = 0.72f, Label = C(0x0C4F63), Emblem = PackEmblem.Fish, Ink = C(0xF6E7C1), Text = "サカナ",
        }),
        Sells("cereal", "Flingor Rymdpuffar 375 g", new(PackShape.Box, 214, 292)
        {
            Ground = C(0xFF6A13), Second = C(0x0D3B66), Accent = C(0xFAF0CA), Pattern = PackPattern.Halves, Cell = 40,
            Layout = LabelLayout.Panel, LabelAt = 0.46f, LabelSize = 0.66f, Label = C(0x0D3B66), Emblem = PackEmblem.Rocket, Ink = C(0xFFE14D), Text = "RYMD",
        }),
        Sells("chocolate", "Choklad Hallon 100 g", new(PackShape.Bar, 236, 100)
        {
            Ground = C(0xE6007E), Second = C(0xFFFFFF), Accent = C(0xFF4FA3), Cap = C(0xD0D3D8), Pattern = PackPattern.Diagonals, Cell = 14,
            Layout = LabelLayout.Panel, LabelAt = 0.5f, LabelSize = 0.62f, Label = C(0x4B2414), Emblem = PackEmblem.Berry, Ink = C(0xFFC2E2), Text = "HALLON",
        }),
        new("glove", "Arbetshandske", true) { Look = new(PackShape.Bag, 176, 262) { Art = Strangers.Glove } },
        new("controller", "Spelkontroll", true) { Look = new(PackShape.Bag, 226, 148) { Art = Strangers.Controller } },
    ];

    private static SceneProduct Sells(string id, string label, PackLook look) => new(id, label, false) { Look = look };

    private static SKColor C(uint rgb) => new(rgb | 0xFF000000);
}
