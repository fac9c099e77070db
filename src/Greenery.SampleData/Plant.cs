namespace Greenery.SampleData;

/// <summary>A plant on sale.</summary>
/// <param name="Name">As on the label.</param>
/// <param name="Cents">Its price when the shop opens.</param>
/// <param name="Stock">Units a shop of scale 1 orders at a time.</param>
internal sealed record Plant(string Name, int Cents, int Stock);
