namespace Greenery.SampleData;

/// <summary>What happens on the web site.</summary>
internal enum EventKind
{
    PageView,
    AddToCart,
    Checkout,
    PackageShipped,
}
