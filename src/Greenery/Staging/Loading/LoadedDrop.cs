namespace Greenery.Staging.Loading;

/// <summary>One drop and how its loading ended.</summary>
/// <param name="DropId">Its row in <c>ops.drop</c>.</param>
/// <param name="Result">What became of its rows.</param>
public sealed record LoadedDrop(long DropId, LoadResult Result);
