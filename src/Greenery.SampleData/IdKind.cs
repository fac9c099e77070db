namespace Greenery.SampleData;

/// <summary>What a number of the sample shop numbers; each kind has uuids and traits of its own.</summary>
internal enum IdKind
{
    User = 1,
    Address,
    Product,
    Order,
    Parcel,
    Session,
    Event,
    Customer,
    Phone,
    Chance,
    Inventory,
    Planted,
    Campaign,
    Mail,
    EmailEvent,
}
