using ShiTu.EdgeAgent.Capture;
using Xunit;

namespace ShiTu.EdgeAgent.Tests.Capture;

public sealed class UrlSecretsTests
{
    [Theory]
    [InlineData("rtsp://admin:p%40ss@cam:554/x: 401 Unauthorized")]
    [InlineData("Impossible to open 'rtsp://admin:p%40ss@cam:554/x'")]
    [InlineData("auth p@ss failed, p%40ss too")]
    [InlineData("http://other:secret@elsewhere/ moved")]
    public void No_text_shows_the_password(string text)
    {
        var shown = new UrlSecrets("rtsp://admin:p%40ss@cam:554/x").Hide(text);
        Assert.DoesNotContain("p@ss", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("p%40ss", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_with_an_at_sign_that_was_not_escaped_is_hidden_whole()
    {
        Assert.Equal("rtsp://cam/x", UrlSecrets.Strip("rtsp://admin:p@ss@cam/x"));
        Assert.DoesNotContain("ss@", new UrlSecrets("rtsp://admin:p@ss@cam/x").Hide("rtsp://admin:p@ss@cam/x failed"), StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_in_queries_are_hidden() => Assert.DoesNotContain("abc123", new UrlSecrets("http://cam/v?token=abc123").Hide("GET http://cam/v?token=abc123 404"), StringComparison.Ordinal);

    [Fact]
    public void Credentials_are_escaped_into_the_url() => Assert.Equal("rtsp://a%40b:c%2F%3Ad@cam:554/x", UrlSecrets.WithCredentials("rtsp://old:pw@cam:554/x", "a@b", "c/:d"));

    [Fact]
    public void Text_without_secrets_is_unchanged() => Assert.Equal("Connection refused by http://cam:80/a@b", new UrlSecrets("rtsp://cam/x").Hide("Connection refused by http://cam:80/a@b"));
}
