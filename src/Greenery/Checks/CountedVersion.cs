using Greenery.Models.Planning;

namespace Greenery.Checks;

/// <summary>
/// A version of a model whose checks are counted, so that the next one can be counted by what changes.
/// </summary>
/// <param name="Version">The version.</param>
/// <param name="Asked">By check: a hash of its rule and of what it compares with.</param>
internal sealed record CountedVersion(ModelVersion Version, IReadOnlyDictionary<string, string> Asked);
