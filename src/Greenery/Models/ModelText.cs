using Greenery.Models.Sql;

namespace Greenery.Models;

/// <summary>A model as its own file tells it: the names it reads are not yet resolved.</summary>
/// <param name="Model">What is known so far.</param>
/// <param name="Tables">The tables its select names.</param>
/// <param name="CommonTables">The names of its <c>with</c> clauses, each with its line.</param>
internal sealed record ModelText(
    Model Model, IReadOnlyList<TableReference> Tables, IReadOnlyDictionary<string, int> CommonTables);
