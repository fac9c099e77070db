namespace Greenery.SampleData;

/// <summary>An address, as the addresses table says.</summary>
internal sealed record PostalAddress(string Street, string Zipcode, string State, string Country);
