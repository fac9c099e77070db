namespace Greenery.SampleData;

/// <summary>How a customer behaves, for good.</summary>
internal enum CustomerKind
{
    /// <summary>Comes and buys again and again.</summary>
    Regular,

    /// <summary>Buys once.</summary>
    OneOff,

    /// <summary>Only looks.</summary>
    Browser,
}
