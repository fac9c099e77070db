namespace Greenery.SampleData;

/// <summary>
/// Who has an account since when, and who comes and buys. Users are numbered in the order of their accounts. The kinds
/// keep the repeat rate near 0.75 however many days are written. Memory: five bytes a user.
/// </summary>
internal sealed class Customers
{
    private const int AtOpening = 150;
    private const int NewADay = 5;
    private const int YearBefore = 300;

    // The busiest regular gets every visit he is drawn for, all others a part.
    private const int FullWeight = 6;

    private readonly SampleIds _ids;
    private readonly ShopClock _clock;
    private readonly int _old;
    private readonly int _opening;
    private readonly int _newADay;
    private readonly bool[] _hasBought;
    private readonly int[] _changedOn;

    public Customers(SampleOptions options, SampleIds ids, ShopClock clock)
    {
        _ids = ids;
        _clock = clock;
        _opening = AtOpening * options.Scale;
        _old = _opening / 2;
        _newADay = NewADay * options.Scale;
        _hasBought = new bool[CountAtEndOf(options.Days - 1)];
        _changedOn = new int[_hasBought.Length];
    }

    /// <summary>How many users there are at the end of a day.</summary>
    public int CountAtEndOf(int day) => day >= 0
        ? _opening + (_newADay * day)
        : _old + (int)((long)(_opening - _old) * (day + ShopClock.HistoryDays + 1) / (ShopClock.HistoryDays + 1));

    /// <summary>When the account was opened: the older half in the year before, the others day by day.</summary>
    public long CreatedAt(int user)
    {
        if (user < _old)
        {
            var first = _clock.StartOf(-ShopClock.HistoryDays - YearBefore);
            return InInterval(user, user, _old, first, YearBefore);
        }
        if (user < _opening)
        {
            var first = _clock.StartOf(-ShopClock.HistoryDays);
            return InInterval(user, user - _old, _opening - _old, first, ShopClock.HistoryDays + 1);
        }
        var day = 1 + ((user - _opening) / _newADay);
        return InInterval(user, (user - _opening) % _newADay, _newADay, _clock.StartOf(day), 1);
    }

    /// <summary>Who comes at this time.</summary>
    public int Visitor(int day, long at, SeededRandom dice)
    {
        var count = CountAtEndOf(day);
        while (true)
        {
            var user = dice.Next(count);
            if (dice.Next(FullWeight) < WeightOf(user) && CreatedAt(user) <= at)
            {
                return user;
            }
        }
    }

    /// <summary>Whether this visit will end with an order.</summary>
    public bool WillBuy(int user, SeededRandom dice) => KindOf(user) switch
    {
        CustomerKind.Regular => dice.Chance(64),
        CustomerKind.OneOff => !_hasBought[user] && dice.Chance(50),
        _ => false,
    };

    public void HasBought(int user) => _hasBought[user] = true;

    /// <summary>One in a hundred users gets a new phone number on this day.</summary>
    public void ChangePhones(int day, SeededRandom dice)
    {
        for (var changes = CountAtEndOf(day - 1) / 100; changes > 0; changes--)
        {
            _changedOn[dice.Next(CountAtEndOf(day - 1))] = day;
        }
    }

    /// <summary>The day a user's phone number was last changed; 0 for never.</summary>
    public int PhoneChangedOn(int user) => _changedOn[user];

    /// <summary>Every twelfth user lives with the one before.</summary>
    public static int HomeOf(int user) => user % 12 == 11 ? user - 1 : user;

    /// <summary>How the user behaves, for good.</summary>
    public CustomerKind KindOf(int user) => (_ids.Trait(IdKind.Customer, user) % 100) switch
    {
        < 70 => CustomerKind.Regular,
        < 92 => CustomerKind.OneOff,
        _ => CustomerKind.Browser,
    };

    private int WeightOf(int user) => KindOf(user) switch
    {
        CustomerKind.Regular => 2 + (int)((_ids.Trait(IdKind.Customer, user) >> 32) % (FullWeight - 1)),
        CustomerKind.OneOff when !_hasBought[user] => 3,
        _ => 1,
    };

    private long InInterval(int user, int slot, int slots, long first, int days)
    {
        var span = (long)days * ShopClock.Day;
        var jitter = (long)(_ids.Trait(IdKind.User, user) % (ulong)Math.Max(1, span / slots));
        return first + (span * slot / slots) + jitter;
    }
}
