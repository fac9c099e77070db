namespace Greenery.Staging.Loading;

/// <summary>The notes on one drop, as one text.</summary>
internal static class NoteText
{
    /// <summary>All that are there; null when none is.</summary>
    public static string? Join(params ReadOnlySpan<string?> notes)
    {
        var said = string.Join("; ", notes.ToArray().OfType<string>());
        return said.Length == 0 ? null : said;
    }
}
