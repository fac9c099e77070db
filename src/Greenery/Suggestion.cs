namespace Greenery;

/// <summary>"Did you mean ...?" for names that people type.</summary>
internal static class Suggestion
{
    /// <summary>
    /// The known name nearest to <paramref name="name"/> by edit distance, or null when none is near.
    /// </summary>
    public static string? For(string name, IEnumerable<string> known) => known
        .Select(candidate => (candidate, distance: Distance(name, candidate)))
        .Where(x => x.distance <= Math.Max(2, name.Length / 3) && x.distance < name.Length)
        .OrderBy(x => x.distance)
        .ThenBy(x => x.candidate, StringComparer.Ordinal)
        .Select(x => x.candidate)
        .FirstOrDefault();

    /// <summary>A sentence to append to a message: <c>" Did you mean 'orders'?"</c>, or nothing.</summary>
    public static string Sentence(string name, IEnumerable<string> known) =>
        For(name, known) is { } near ? $" Did you mean '{near}'?" : "";

    private static int Distance(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var current = new int[b.Length + 1];
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substitution = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(substitution, 1 + Math.Min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[b.Length];
    }
}
