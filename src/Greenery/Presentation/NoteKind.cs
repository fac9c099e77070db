using System.Text.RegularExpressions;

namespace Greenery.Presentation;

/// <summary>
/// What a note on a drop has in common with notes on other drops: the same words with other numbers, examples and
/// paths. Where many drops have one note, people read it once and how many there are.
/// </summary>
public static partial class NoteKind
{
    /// <summary>The words without what differs from drop to drop.</summary>
    public static string Of(string? note) => note is null ? "" : Examples().Replace(note, "#");

    /// <summary>Items whose notes are of one kind, as their first one and how many others there are.</summary>
    /// <param name="items">In order.</param>
    /// <param name="kindOf">What they have to have in common.</param>
    public static IEnumerable<(T First, int Others)> Group<T>(IEnumerable<T> items, Func<T, object> kindOf) =>
        items.GroupBy(kindOf).Select(group => (group.First(), group.Count() - 1));

    /// <summary>How many others there are, to be said after the first one's note.</summary>
    public static string Others(int count) =>
        count == 0 ? "" : $" (and {NumberFormat.Count(count, "more drop")} with such a note)";

    // A quoted value, a path with a date, a number.
    [GeneratedRegex("'[^']*'|\\S*[0-9]{4}-[0-9]{2}-[0-9]{2}\\S*|[0-9]+")]
    private static partial Regex Examples();
}
