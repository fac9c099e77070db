namespace Greenery.Models.UnitTests;

/// <summary>Finds which row that was returned is meant to be which row that is expected.</summary>
internal static class RowPairs
{
    /// <summary>
    /// Pairs of rows of one key; without a key, of rows with at least half of their values in common, those with the
    /// most first. Each row is in one pair at most.
    /// </summary>
    /// <param name="candidates">All rows with all rows.</param>
    /// <param name="key">Places of the key's columns; empty when there is none.</param>
    /// <param name="columns">The number of columns.</param>
    public static IReadOnlyList<EqualValues> Find(
        IEnumerable<EqualValues> candidates, int[] key, int columns)
    {
        var pairs = new List<EqualValues>();
        var (expected, found) = (new HashSet<long>(), new HashSet<long>());
        foreach (var pair in candidates.Where(pair => IsPair(pair, key, columns))
            .OrderByDescending(pair => pair.IsEqual.Count(isEqual => isEqual))
            .ThenBy(pair => pair.Expected).ThenBy(pair => pair.Found))
        {
            if (!expected.Contains(pair.Expected) && !found.Contains(pair.Found))
            {
                expected.Add(pair.Expected);
                found.Add(pair.Found);
                pairs.Add(pair);
            }
        }
        return [.. pairs.OrderBy(pair => pair.Expected)];
    }

    private static bool IsPair(EqualValues pair, int[] key, int columns) => key.Length > 0
        ? Array.TrueForAll(key, i => pair.IsEqual[i])
        : 2 * pair.IsEqual.Count(isEqual => isEqual) >= columns && columns > 1;
}
