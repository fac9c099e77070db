namespace Greenery.SampleData;

/// <summary>Who carries a parcel; the names, in lower case, are the values in the file.</summary>
internal enum Carrier
{
    Ups,
    Usps,
    Fedex,
    Dhl,
}
