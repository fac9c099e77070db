using Greenery.Sources;

namespace Greenery.Staging.Inference;

/// <summary>Which columns identify a row.</summary>
/// <param name="Columns">One or two; or all with values, where no key was found.</param>
/// <param name="Doubt">What is not sure of it; null for nothing.</param>
internal sealed record KeyGuess(IReadOnlyList<ColumnGuess> Columns, string? Doubt)
{
    // With fewer rows, also a column that is no key is often unique.
    private const int FewRows = 100;

    private static readonly string[] KeyEndings = ["key", "code", "no", "no.", "number"];

    // The rank of columns that are not called as keys are.
    private const int Other = 3;

    public static KeyGuess Of(TableGuess table, Func<ColumnGuess, ColumnKind> kindOf)
    {
        var whole = table.Columns.Where(column => column.Nulls == 0 && column.Values == table.Rows).ToList();
        var single = whole.Where(column => column.IsUnique && CanIdentify(kindOf(column)))
            .MinBy(column => Rank(table, column));
        var pair = table.UniquePairs
            .Where(pair => whole.Contains(pair.First) && whole.Contains(pair.Second)
                && CanIdentify(kindOf(pair.First)) && CanIdentify(kindOf(pair.Second)))
            .OrderBy(pair => Rank(table, pair.First) + Rank(table, pair.Second))
            .Select(pair => (ColumnGuess[])[pair.First, pair.Second])
            .FirstOrDefault();
        // Two columns that are called keys say more than a text that happens to be unique.
        if (single is not null && (Rank(table, single) < Other || pair is null || pair.Any(IsOther)))
        {
            return new KeyGuess([single], DoubtOf(table, IsOther(single)));
        }
        if (pair is not null)
        {
            return new KeyGuess(pair, DoubtOf(table, true));
        }
        var all = whole.Where(column => CanIdentify(kindOf(column))).ToList();
        return new KeyGuess(
            all.Count > 0 ? all : [.. table.Columns.Take(1)],
            "no column or pair of columns is unique; of rows with the same key the last one wins, so say which columns "
            + "identify a row");

        bool IsOther(ColumnGuess column) => Rank(table, column) >= Other;
    }

    private static int Rank(TableGuess table, ColumnGuess column)
    {
        var name = column.Name.ToLowerInvariant();
        var own = table.DropName.ToLowerInvariant().TrimEnd('s');
        var isOwn = name.StartsWith(own, StringComparison.Ordinal) && name.EndsWith("id", StringComparison.Ordinal);
        return name == "id" || isOwn ? 0
            : name.EndsWith("id", StringComparison.Ordinal) ? 1
            : KeyEndings.Any(ending => name.EndsWith(ending, StringComparison.Ordinal)) ? 2
            : Other;
    }

    private static bool CanIdentify(ColumnKind kind) => kind is ColumnKind.Uuid or ColumnKind.Integer
        or ColumnKind.BigInt or ColumnKind.Text or ColumnKind.Date or ColumnKind.TimestampTz;

    private static string? DoubtOf(TableGuess table, bool isOther) => isOther || table.Rows < FewRows
        ? FormattableString.Invariant($"the key: it is unique in {table.Rows} rows, which may be chance")
        : null;
}
