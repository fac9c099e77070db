namespace Greenery;

/// <summary>
/// Names in a message: the first of them, and how many more there are. A message is read by people and stored, shown
/// and sent in several places; a file may have tens of thousands of columns.
/// </summary>
internal static class NameList
{
    /// <summary>How many are named.</summary>
    public const int Most = 20;

    /// <param name="names">As they are shown; only those that are named are looked at.</param>
    /// <param name="count">How many there are.</param>
    public static string Of(IEnumerable<string> names, int count) =>
        count <= Most
            ? string.Join(", ", names)
            : $"{string.Join(", ", names.Take(Most))} and {count - Most} more";

    /// <param name="names">As they are shown.</param>
    public static string Of(IReadOnlyCollection<string> names) => Of(names, names.Count);
}
