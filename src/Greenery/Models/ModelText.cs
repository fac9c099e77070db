namespace Greenery.Models;

/// <summary>A model as its own file tells it: the names it reads are not yet resolved.</summary>
internal sealed record ModelText(Model Model, IReadOnlyList<TableReference> Tables, IReadOnlySet<string> CommonTables);
