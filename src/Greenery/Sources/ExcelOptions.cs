namespace Greenery.Sources;

/// <summary>Where the rows of a table's Excel workbooks are (<c>config: xlsx</c>).</summary>
/// <param name="Sheet">The sheet's name; null for the first that is not hidden.</param>
/// <param name="HeaderRow">The row with the columns' names, from 1; null for the first that has a value.</param>
public sealed record ExcelOptions(string? Sheet = null, int? HeaderRow = null)
{
    /// <summary>The most rows that a sheet has.</summary>
    public const int MostRows = 1_048_576;

    /// <summary>What holds where the contract says nothing.</summary>
    public static ExcelOptions Default { get; } = new();

    /// <summary>Reads the options; what a table does not say is as its source says.</summary>
    internal static ExcelOptions Read(PropertyMap? map, ExcelOptions defaults)
    {
        if (map is null)
        {
            return defaults;
        }
        var options = new ExcelOptions(map.Text("sheet") ?? defaults.Sheet, defaults.HeaderRow);
        if (map.Number("header_row") is { } row)
        {
            options = options with { HeaderRow = row is >= 1 and <= MostRows && row == (int)row ? (int)row : null };
            if (options.HeaderRow is null)
            {
                map.Refuse($"'header_row: {row}' is no row; expected a whole number from 1 to {MostRows}.");
            }
        }
        map.Finish();
        return options;
    }
}
