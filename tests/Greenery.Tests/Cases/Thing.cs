namespace Greenery.Tests.Cases;

/// <summary>
/// A row of the cases' table <c>things</c> as the tests show it. All values follow from the
/// key, as in most rows of the files; a test names those that do not. Null is null in the table.
/// </summary>
internal sealed record Thing(long Id)
{
    public string? Label { get; init; } = $"t{Id}";

    public string? N { get; init; } = $"{Id}";

    public string? Amount { get; init; } = $"{Id}.50";

    public string? Flag { get; init; } = "true";

    public string? Day { get; init; } = "2026-11-01";

    /// <summary>In UTC.</summary>
    public string? At { get; init; } = "2026-11-01 10:00:00";

    public string? Doc { get; init; }

    /// <summary>Columns the contract does not know.</summary>
    public string? Extra { get; init; }

    /// <summary>Rows whose values all follow from the key.</summary>
    public static string[] Rows(int first, int last) =>
        [.. Enumerable.Range(first, last - first + 1).Select(id => new Thing(id).ToString())];

    /// <summary>A row that has a key and no other value.</summary>
    public static Thing Bare(long id) => new(id)
    {
        Label = null, N = null, Amount = null, Flag = null, Day = null, At = null,
    };

    public static implicit operator string(Thing thing) => thing.ToString();

    public override string ToString() => string.Join(
        '|', new[] { $"{Id}", Label, N, Amount, Flag, Day, At, Doc, Extra }.Select(value => value ?? "-"));
}
