namespace Greenery.Models;

/// <summary>
/// The part of page and digest that shows a model's rows, as the model says in <c>meta: {report: campaigns}</c>.
/// </summary>
public enum ReportSection
{
    /// <summary>One row per e-mail campaign.</summary>
    Campaigns,

    /// <summary>One row per signal that may separate repeat buyers from others.</summary>
    Signals,

    /// <summary>One row per day and region: sessions, and how many of them bought.</summary>
    Conversion,

    /// <summary>One row per month of the first order and month since: who ordered again.</summary>
    Retention,

    /// <summary>One row per product, region or promotion: what it took, and usually takes.</summary>
    Movers,
}
