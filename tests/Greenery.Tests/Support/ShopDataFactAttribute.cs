namespace Greenery.Tests.Support;

/// <summary>A fact about the shop's real data; skipped, with the reason, where that data is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ShopDataFactAttribute : FactAttribute
{
    public ShopDataFactAttribute()
    {
        if (Repository.ShopData is null)
        {
            Skip = "The shop's real data is not on this machine (expected in ../shared/greenery beside the "
                + "repository).";
        }
    }
}
