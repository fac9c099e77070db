using System.Text.RegularExpressions;

namespace Greenery.Drops;

/// <summary>
/// A user name and a password before a host, in what is taken for the name of a folder because a character of the URL
/// is missing or wrong: <c>https:/user:password@host/c</c>, <c>https:user:password@...</c>, <c>//user:...</c>.
/// </summary>
internal static partial class UserInfo
{
    /// <summary>
    /// The host that follows it, to show which address is meant; null when there is no user info, or a folder of that
    /// very name.
    /// </summary>
    public static string? HostAfter(string path)
    {
        if (!Pattern().IsMatch(path))
        {
            return null;
        }
        // The last one: a password may have an @ as well.
        var host = path[(path.LastIndexOf('@') + 1)..];
        var end = host.IndexOfAny(['/', '\\', '?', '#', ':']);
        return Directory.Exists(FolderOf(path)) ? null : end < 0 ? host : host[..end];
    }

    // Up to the end of the part with the @: what is below it may be made later, such as the folder of the reports.
    private static string FolderOf(string path)
    {
        var end = path.IndexOfAny(['/', '\\'], path.LastIndexOf('@'));
        return end < 0 ? path : path[..end];
    }

    // A scheme of two letters at least and whatever comes up to an @; or a part of the path that begins with a name, a
    // colon and what is no separator (C:\data\a@b is a folder).
    [GeneratedRegex(
        @"^\s*[a-z][a-z0-9+.-]+:[^@]*@|(?:^|[/\\])[^/\\@:]*:(?![/\\])[^@]*@",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
