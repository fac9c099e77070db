namespace Greenery.SampleData;

/// <summary>Who a user is, as the users table says.</summary>
internal sealed record Person(string FirstName, string LastName, string Email, string PhoneNumber);
