using System.Text;

namespace Greenery.SampleData;

/// <summary>What happens on the web site; a drop has the events of its day.</summary>
internal sealed class EventTable(SampleIds ids)
{
    private long _written;

    public static IReadOnlyList<string> Columns { get; } =
        ["event_id", "session_id", "user_id", "page_url", "created_at", "event_type", "order_id", "product_id"];

    /// <summary>The address of a plant's page, up to the plant's id.</summary>
    public static ReadOnlySpan<byte> ProductPage => "https://greenery.example/product/"u8;

    /// <summary>What the links of a campaign carry.</summary>
    public static byte[] LinkOf(Campaign campaign) =>
        Encoding.UTF8.GetBytes($"?utm_source=newsletter&utm_campaign={campaign.Slug}");

    /// <summary>A page view or something put into the cart.</summary>
    /// <param name="file">The drop.</param>
    /// <param name="visit">Who and when.</param>
    /// <param name="kind">PageView or AddToCart.</param>
    /// <param name="product">Which plant.</param>
    /// <param name="link">What followed the address; empty for most.</param>
    public void WriteBrowsing(RowFile file, in VisitMoment visit, EventKind kind, int product, ReadOnlySpan<byte> link)
    {
        var id = ids.Uuid(IdKind.Product, product);
        Begin(file, visit);
        file.Url(ProductPage, id, link);
        file.Time(visit.At);
        file.Text(kind == EventKind.PageView ? "page_view" : "add_to_cart");
        file.Null();
        file.Uuid(id);
        file.EndRow();
    }

    /// <summary>A checkout or a parcel sent.</summary>
    public void WriteOrdering(RowFile file, in VisitMoment visit, EventKind kind, long order)
    {
        var isCheckout = kind == EventKind.Checkout;
        var id = ids.Uuid(IdKind.Order, order);
        Begin(file, visit);
        file.Url(
            isCheckout ? "https://greenery.example/checkout/"u8 : "https://greenery.example/shipping/"u8, id, default);
        file.Time(visit.At);
        file.Text(isCheckout ? "checkout" : "package_shipped");
        file.Uuid(id);
        file.Null();
        file.EndRow();
    }

    private void Begin(RowFile file, in VisitMoment visit)
    {
        file.Uuid(ids.Uuid(IdKind.Event, _written++));
        file.Uuid(ids.Uuid(IdKind.Session, visit.Session));
        file.Uuid(ids.Uuid(IdKind.User, visit.User));
    }
}
