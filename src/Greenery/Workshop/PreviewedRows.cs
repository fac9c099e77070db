namespace Greenery.Workshop;

/// <summary>The first rows of a model's select.</summary>
/// <param name="Columns">In the order of the select.</param>
/// <param name="Rows">Values as PostgreSQL writes them, personal ones masked; null where there is none.</param>
/// <param name="Notes">What a reader of the rows has to know, as sentences.</param>
public sealed record PreviewedRows(
    IReadOnlyList<PreviewedColumn> Columns, IReadOnlyList<IReadOnlyList<string?>> Rows, IReadOnlyList<string> Notes);

/// <summary>A column of a preview.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">PostgreSQL's name of its type.</param>
/// <param name="IsPersonal">Whether its values are masked.</param>
public sealed record PreviewedColumn(string Name, string Type, bool IsPersonal);
