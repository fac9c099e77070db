using Greenery.Models;

namespace Greenery.Publishing;

/// <summary>Points the view of a model to the version that readers are to see.</summary>
/// <param name="Model">The model.</param>
/// <param name="Lock">Locks the view and changes nothing; null when there is no view yet.</param>
/// <param name="Options">The clause that keeps the view's options; empty for none.</param>
/// <param name="Query">The select of the version.</param>
/// <param name="CanSwitch">There is a view, and its columns stay as they are.</param>
internal sealed record ViewReplacement(Model Model, string? Lock, string Options, string Query, bool CanSwitch)
{
    /// <summary>The <c>create or replace view</c> that shows the version to all.</summary>
    public string Sql => Replace(Model.QualifiedName, Options, Query);

    /// <summary>SQL: shows a query in a view; its options would be reset if they were not named.</summary>
    public static string Replace(string view, string options, string query) =>
        $"create or replace view {view} {options} as {query}";
}
