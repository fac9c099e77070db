namespace Greenery.SampleData;

/// <summary>How far an order is; it only moves forward.</summary>
internal enum OrderState
{
    Preparing,
    Shipped,
    Delivered,
}
