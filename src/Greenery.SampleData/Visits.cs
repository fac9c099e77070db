namespace Greenery.SampleData;

/// <summary>Lets customers come: they look at plants, put some into the cart, and some of them order.</summary>
internal sealed class Visits(Shop shop)
{
    private const int MostViews = 5;

    private readonly EventTable _events = shop.Events;
    private readonly List<(int Product, int Quantity)> _cart = [];
    private readonly List<int> _seen = [];
    private long _sessions;
    private long _orders;

    /// <summary>All visits of a day.</summary>
    public void Run(int day, Drop drop, SeededRandom dice)
    {
        var visits = shop.Clock.VisitsOn(day, shop.Options.Scale, dice);
        var campaign = shop.Campaigns.RunningOn(day);
        var link = EventTable.LinkOf(campaign);
        for (var visit = 0; visit < visits; visit++)
        {
            var at = shop.Clock.VisitStart(day, visit, visits, dice);
            var moment = new VisitMoment(_sessions++, shop.Customers.Visitor(day, at, dice), at);
            var isLed = shop.Mailing.Leads(day, drop, campaign, moment, dice);
            var mood = IntentOf(moment.User, isLed && campaign.Disappoints, dice);
            moment = Browse(drop.EventsOf(day), moment, mood, isLed ? campaign : null, isLed ? link : [], dice);
            if (mood == VisitIntent.Buying)
            {
                Checkout(drop, day, moment, isLed ? campaign : null, dice);
            }
        }
    }

    private VisitMoment Browse(
        RowFile file, VisitMoment moment, VisitIntent mood, Campaign? campaign, ReadOnlySpan<byte> link,
        SeededRandom dice)
    {
        _cart.Clear();
        _seen.Clear();
        var isTempted = mood == VisitIntent.Buying || (mood == VisitIntent.Browsing && dice.Chance(45));
        var views = mood == VisitIntent.Leaving ? 1 : ViewsOf(dice);
        while (_seen.Count < views)
        {
            var isFirst = _seen.Count == 0;
            var product = isFirst && campaign is not null ? campaign.Product : shop.Shelf.Pick(dice);
            if (_seen.Contains(product))
            {
                continue;
            }
            _seen.Add(product);
            _events.WriteBrowsing(file, moment, EventKind.PageView, product, isFirst ? link : default);
            moment = moment with { At = moment.At + dice.Between(15, 150) };
            var isLastChance = _seen.Count == views && _cart.Count == 0;
            if (isTempted && (isLastChance || dice.Chance(55)))
            {
                _cart.Add((product, Quantity(dice)));
                _events.WriteBrowsing(file, moment, EventKind.AddToCart, product, default);
                moment = moment with { At = moment.At + dice.Between(5, 60) };
            }
        }
        return moment;
    }

    // Disappointed, four in five leave at once.
    private VisitIntent IntentOf(int user, bool isDisappointed, SeededRandom dice) =>
        isDisappointed && dice.Chance(80) ? VisitIntent.Leaving
        : shop.Customers.WillBuy(user, dice) ? VisitIntent.Buying
        : VisitIntent.Browsing;

    private static int ViewsOf(SeededRandom dice) =>
        Math.Min(MostViews, 1 + dice.Next(2) + dice.Next(2) + (dice.Chance(15) ? 2 : 0));

    private void Checkout(Drop drop, int day, VisitMoment moment, Campaign? campaign, SeededRandom dice)
    {
        moment = moment with { At = moment.At + dice.Between(30, 240) };
        var cost = _cart.Sum(item => item.Quantity * shop.Shelf.PriceOf(item.Product));
        var order = new Order
        {
            Number = _orders++,
            Session = moment.Session,
            User = moment.User,
            Address = Customers.HomeOf(dice.Chance(10) ? shop.Customers.Visitor(day, moment.At, dice) : moment.User),
            Promo = PromoFor(cost, campaign, dice),
            Cost = cost,
            Shipping = dice.Between(199, 999),
            CreatedAt = moment.At,
            Outcome = OrderOutcome.Draw(moment.At, dice),
        };
        foreach (var (product, quantity) in _cart)
        {
            shop.Shelf.Sell(product, quantity);
            OrderItemTable.Write(drop.OrderItems, shop.Ids, order.Number, product, quantity);
        }
        _events.WriteOrdering(drop.EventsOf(day), moment, EventKind.Checkout, order.Number);
        shop.Customers.HasBought(moment.User);
        shop.Orders.Place(drop, order);
    }

    // Any process that follows a campaign's link mostly uses its code. A code is good for orders of twice its discount.
    private static int PromoFor(int cost, Campaign? campaign, SeededRandom dice)
    {
        var promo = campaign is null ? PromoList.Permanent[dice.Next(PromoList.Permanent.Count)] : campaign.Promo;
        var isWanted = dice.Chance(campaign is null ? 10 : 60);
        return isWanted && cost >= 2 * PromoList.DiscountOf(promo) ? promo : PromoList.None;
    }

    private static int Quantity(SeededRandom dice) => dice.Next(20) switch
    {
        < 12 => 1,
        < 17 => 2,
        < 19 => 3,
        _ => 4,
    };
}

/// <summary>With what a visitor goes.</summary>
internal enum VisitIntent
{
    /// <summary>With an order.</summary>
    Buying,

    /// <summary>With a cart at most.</summary>
    Browsing,

    /// <summary>At once, with nothing.</summary>
    Leaving,
}
