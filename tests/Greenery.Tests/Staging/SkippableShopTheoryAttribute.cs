using Greenery.Tests.Support;

namespace Greenery.Tests.Staging;

/// <summary>A theory on the shop's real data, which is not part of the repository.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SkippableShopTheoryAttribute : TheoryAttribute
{
    public SkippableShopTheoryAttribute() =>
        Skip = Repository.ShopData is null ? "The shop's real data is not beside the repository." : null;
}
