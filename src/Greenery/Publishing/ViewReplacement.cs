using Greenery.Models;

namespace Greenery.Publishing;

/// <summary>Points the view of a model to the version that readers are to see.</summary>
/// <param name="Model">The model.</param>
/// <param name="Lock">Locks the view and changes nothing; null when there is no view yet.</param>
/// <param name="Sql">The <c>create or replace view</c>.</param>
internal sealed record ViewReplacement(Model Model, string? Lock, string Sql);
