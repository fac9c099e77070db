namespace Greenery.Sources;

/// <summary>One column of a source table's contract.</summary>
/// <param name="Name">The column in staging.</param>
/// <param name="Type">What its values must be.</param>
/// <param name="IsRequired">A row without a value is quarantined (<c>constraints: not_null</c>, or part of the
/// key).</param>
/// <param name="IsOptional">A CSV file may lack the column altogether (<c>config: optional: true</c>); all its rows
/// then hold null. A column that is not optional and not in the header refuses the file.</param>
/// <param name="IsPersonal">Masked wherever rows are shown (<c>meta: pii: true</c>).</param>
/// <param name="Description">For people; empty when there is none.</param>
public sealed record SourceColumn(
    string Name,
    ColumnType Type,
    bool IsRequired = false,
    bool IsOptional = false,
    bool IsPersonal = false,
    string Description = "")
{
    /// <summary>Its header or JSON key in the drop (<c>from: "Order No."</c>); the column's name by default.</summary>
    public string SourceName { get; init; } = Name;

    /// <summary>
    /// Words that stand for no value (<c>config: nulls: ["NULL", "\\N"]</c>, of the column, its table or source). In a
    /// text column only unquoted fields of CSV and cells of a sheet are compared.
    /// </summary>
    public IReadOnlyList<string> Nulls { get; init; } = [];
}
