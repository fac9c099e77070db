using Greenery.Models;
using Greenery.Sources;

namespace Greenery.Checks;

/// <summary>What a declared check says besides its kind and column.</summary>
/// <param name="Map">Its arguments.</param>
/// <param name="IsFiltered">Whether its <c>config</c> has a <c>where</c>.</param>
/// <param name="Catalogue">Models and source tables that it may point to.</param>
/// <param name="Metric">The metric it is declared on; null for others.</param>
internal sealed record DeclaredArguments(
    PropertyMap Map, bool IsFiltered, ModelCatalogue Catalogue, Metric? Metric = null);
