using System.Text;
using ShiTu.EdgeAgent.Capture;
using ShiTu.EdgeAgent.Enrolment;
using ShiTu.TestKit;
using ShiTu.TestKit.Fuzzing;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Enrolment;

public sealed class PictureListFuzzTests : IDisposable
{
    private readonly string _folder = TestFiles.CreateScratchFolder();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Changed_lists_give_pictures_and_findings() => Lists().Run(5000, 1);

    [Fact]
    [Trait("Speed", "slow")]
    public void A_million_changed_lists_give_pictures_and_findings() => Lists().Run(1_000_000, 2);

    // Whatever is in a list, reading it is no error: a line is a picture or a finding.
    private FuzzTarget Lists()
    {
        var file = Path.Combine(_folder, "list.txt");
        return new FuzzTarget(
            bytes =>
            {
                File.WriteAllBytes(file, bytes);
                var read = PictureList.Read(file);
                var lines = File.ReadLines(file).Count(line => !string.IsNullOrWhiteSpace(line));
                Assert.Equal(lines, read.Pictures.Count + read.Findings.Count);
                Assert.True(read.Pictures.All(picture => !string.IsNullOrWhiteSpace(picture.Label)) && PictureFiles.Of(file).All(Path.IsPathRooted));
            },
            _ => false,
            [Encoding.UTF8.GetBytes("a b.jpg\tGräddfil 3 dl\n\nsub/c.png\t牛奶\tsku-1\r\n"), "/abs/x.jpg\tA\tsku\nb.jpg\nc.jpg\t \nd.jpg\tD\tx\ty\n"u8.ToArray(), Encoding.Unicode.GetPreamble()],
            "\t", "\n", "\r", "\r\n", "\0", "../", "/", "\uFEFF", "\u2028", " ", "\t\t");
    }
}
