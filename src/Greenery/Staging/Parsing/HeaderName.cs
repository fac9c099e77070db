using System.Text;

namespace Greenery.Staging.Parsing;

/// <summary>Names in headers and keys, compared as people see them.</summary>
internal static class HeaderName
{
    /// <summary>Without spaces around it and invisible characters, in Unicode's composed form.</summary>
    public static string Normalize(string name)
    {
        var text = name.Trim();
        if (Ascii.IsValid(text))
        {
            return text;
        }
        var visible = string.Concat(text.Where(letter => !ReadableText.IsInvisible(letter))).Trim();
        return visible.IsNormalized() ? visible : visible.Normalize();
    }

    /// <summary>Whether two names differ in case at most.</summary>
    public static bool AreAlike(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
