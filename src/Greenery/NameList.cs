namespace Greenery;

/// <summary>
/// Names in a message: the first of them, and how many more there are. A message is read by people and stored, shown
/// and sent in several places; a file may have tens of thousands of columns.
/// </summary>
internal static class NameList
{
    /// <summary>How many are named, unless a message says otherwise.</summary>
    public const int Most = 20;

    /// <param name="names">As they are shown; only those that are named are looked at.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="most">How many are named.</param>
    public static string Of(IEnumerable<string> names, int count, int most = Most) =>
        count <= most
            ? string.Join(", ", names)
            : $"{string.Join(", ", names.Take(most))} and {count - most} more";

    /// <param name="names">As they are shown.</param>
    /// <param name="most">How many are named.</param>
    public static string Of(IReadOnlyCollection<string> names, int most = Most) => Of(names, names.Count, most);
}
