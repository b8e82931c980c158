namespace ShiTu.EdgeAgent.Capture;

/// <summary>Keeps what a camera's URL hides out of every text: user, password, query (tokens live there).</summary>
internal sealed class UrlSecrets
{
    private readonly string[] _secrets;

    /// <summary>Finds out what must never be shown of <paramref name="url"/>.</summary>
    public UrlSecrets(string url)
    {
        var secrets = new List<string>();
        var user = UserInfoOf(url);
        if (user.Length > 0)
        {
            secrets.Add(user);
            var colon = user.IndexOf(':', StringComparison.Ordinal);
            var password = colon < 0 ? "" : user[(colon + 1)..];
            secrets.Add(password);
            secrets.Add(Uri.UnescapeDataString(password));
        }

        var query = url.IndexOf('?', StringComparison.Ordinal);
        if (query >= 0)
        {
            secrets.Add(url[(query + 1)..]);
        }

        _secrets = [.. secrets.Where(secret => secret.Length > 0).Distinct().OrderByDescending(secret => secret.Length)];
    }

    /// <summary>The text without the secrets, and without user and password of any URL in it.</summary>
    public string Hide(string text)
    {
        foreach (var secret in _secrets)
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        return HideUserInfo(text);
    }

    /// <summary>The URL without user, password and query.</summary>
    public static string Strip(string url)
    {
        var query = url.IndexOf('?', StringComparison.Ordinal);
        var shown = query < 0 ? url : url[..query];
        var user = UserInfoOf(shown);
        return user.Length == 0 ? shown : shown.Replace(user + "@", "", StringComparison.Ordinal);
    }

    /// <summary>The URL with user and password in it, escaped.</summary>
    public static string WithCredentials(string url, string userName, string password)
    {
        if (userName.Length == 0)
        {
            return url;
        }

        var stripped = UserInfoOf(url) is { Length: > 0 } present ? url.Replace(present + "@", "", StringComparison.Ordinal) : url;
        var at = stripped.IndexOf("://", StringComparison.Ordinal) + 3;
        return $"{stripped[..at]}{Uri.EscapeDataString(userName)}:{Uri.EscapeDataString(password)}@{stripped[at..]}";
    }

    // Programs name URLs in ways of their own (escaped, with another host): whatever stands between :// and @ goes.
    private static string HideUserInfo(string text)
    {
        for (var at = text.IndexOf("://", StringComparison.Ordinal); at >= 0; at = text.IndexOf("://", at + 3, StringComparison.Ordinal))
        {
            var user = UserInfoOf(text[at..]);
            if (user.Length > 0 && user.AsSpan().IndexOfAny(" '\"") < 0)
            {
                text = string.Concat(text.AsSpan(0, at + 3), "***", text.AsSpan(at + 3 + user.Length));
            }
        }

        return text;
    }

    private static string UserInfoOf(string url)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal);
        if (start < 0)
        {
            return "";
        }

        var rest = url.AsSpan(start + 3);
        var end = rest.IndexOfAny("/?#");
        var authority = end < 0 ? rest : rest[..end];
        var at = authority.LastIndexOf('@');
        return at < 0 ? "" : authority[..at].ToString();
    }
}
