using System.Text;
using Greenery.Tests.Support;

namespace Greenery.Tests.Privacy;

/// <summary>
/// Drops with a personal value in every place of a file; all begin with <see cref="Mark"/>, but for those of columns
/// that take no text.
/// </summary>
internal static class PlantedFiles
{
    /// <summary>What every planted text begins with.</summary>
    public const string Mark = "zqx";

    /// <summary>Planted values of a date and a number.</summary>
    public static readonly string[] Typed = ["1871-03-04", "4815162342"];

    public const string Sources =
        """
        version: 2
        sources:
          - name: shop
            config: {rejects: {fail: 100%}}
            tables:
              - name: users
                columns:
                  - {name: user_id, data_type: integer, constraints: [{type: primary_key}]}
                  - name: name
                    data_type: text
                    meta: {pii: true}
                    data_tests: [{accepted_values: {values: [Bo], config: {severity: warn}}}]
                  - {name: city, data_type: text, config: {optional: true}}
                  - {name: born, data_type: date, meta: {pii: true}, config: {optional: true}}
                  - {name: phone, data_type: bigint, meta: {pii: true}, config: {optional: true}}
                  - {name: profile, data_type: jsonb, meta: {pii: true}, config: {optional: true}}
              - name: members
                config: {snapshot: {most_gone: 100%}}
                columns:
                  - {name: email, data_type: text, meta: {pii: true}, constraints: [{type: primary_key}]}
                  - {name: since, data_type: date}
              - name: strict
                config: {rejects: {fail: 0}, duplicate_keys: refuse}
                columns:
                  - {name: email, data_type: text, meta: {pii: true}, constraints: [{type: primary_key}]}
                  - {name: born, data_type: date, meta: {pii: true}}
                  - {name: points, data_type: integer}
              - name: orders
                columns:
                  - {name: order_id, data_type: integer, constraints: [{type: primary_key}]}
                  - {name: user_id, data_type: integer, constraints: [{type: not_null}]}
                  - {name: amount, data_type: "numeric(12,2)"}
                  - {name: placed_on, data_type: date}
        """;

    /// <summary>Files whose good rows are loaded and whose bad ones are quarantined.</summary>
    public static void PutQuarantined(TestWarehouse test)
    {
        Put(test, $"{TinyShop.Day}/users.csv",
            "user_id,name,city,born,phone,profile",
            "1,ZqxGood,Lisbon,1871-03-04,4815162342,\"{\"\"ZqxKey\"\":\"\"ZqxValue\"\"}\"",
            "2,Bo,Malmo,,,",
            "3,ZqxOther,Leeds,,,",
            "3,ZqxChanged,Leeds,,,",
            "16,ZqxGood,Rome,,4815162342,",
            "17,\"ZqxFirstLine\nZqxSecondLine\",Rome,,,",
            "4,ZqxName,Oslo,ZqxDate,,",
            "5,ZqxName,Oslo,,ZqxNumber,",
            "6,ZqxName,Oslo,,,ZqxJson",
            "six,ZqxName,Oslo,,,",
            "8,ZqxName,Oslo,,,,ZqxExtraField",
            "9,\"ZqxQuoted\"ZqxAfterQuote,Oslo,,,",
            "10,Zqx\0Nul,Oslo,,,",
            "11,Zqx\u00fc\u00dfLatin,Oslo,,,",
            ",ZqxNoKey,Oslo,,,",
            "13,ZqxShort",
            "14,\"ZqxOpenQuote,Oslo,,,",
            "15,Di,Rome,,,");
        Put(test, $"{TinyShop.Day}/users-2.ndjson",
            "{\"user_id\":20,\"name\":\"ZqxLoaded\",\"ZqxUnknownKey\":\"ZqxUnknownValue\"}",
            "{\"user_id\":21,\"name\":\"ZqxName\",\"born\":\"ZqxDate\"}",
            "ZqxNotJson",
            "{\"user_id\":22,\"name\":nZqxLiteral}",
            "{\"user_id\":23,\"name\":\"ZqxCut\"",
            "[\"ZqxArray\"]",
            "\"ZqxText\"",
            "{\"user_id\":24,\"name\":\"ZqxName\",\"ZqxTwice\":1,\"ZqxTwice\":2}",
            "{\"user_id\":25,\"name\":\"ZqxOne\",\"name\":\"ZqxTwo\"}",
            "{\"user_id\":26,\"name\":{\"ZqxObject\":\"ZqxInside\"}}",
            "{\"user_id\":27,\"name\":\"ZqxName\",\"ZqxHalf\":\"\\ud800Zqx\"}",
            "{\"user_id\":28,\"name\":\"Zqx\u00fcLatin\"}",
            "{\"user_id\":29,\"name\":\"ZqxEscape\\q\"}",
            "{\"ZqxBareKey\" 1}",
            "{\"user_id\":{\"ZqxMoved\":\"ZqxMoved\"},\"name\":\"ZqxName\",\"ZqxOther\":1}",
            "{\"user_id\":33,\"name\":\"ZqxName\",\"profile\":{\"ZqxDeep\":[\"ZqxDeep\",1e200000]}}",
            "{\"user_id\":34,\"name\":\"ZqxName\",\"ZqxHuge\":1e200000}",
            "{\"user_id\":35,\"name\":\"ZqxName\",\"city\":012,\"x\":\"ZqxLeadingZero\"}");
        Put(test, $"{TinyShop.Day}/users-3.json",
            "[{\"user_id\":30,\"name\":\"ZqxLoaded\"}, ZqxElement, {\"user_id\":31,\"name\":\"ZqxName\",\"born\":"
                + "\"ZqxDate\"}, \"ZqxText\", {\"user_id\":32,\"ZqxKey\":ZqxBare}]");
        Put(test, $"{TinyShop.Day}/users-4.csv",
            "user_id,name,city,ZqxColumn,ZqxColumn", "40,Ed,Rome,ZqxCell,ZqxCell", "41,Flo,Rome,,");
        Put(test, $"{TinyShop.Day}/members.csv",
            "email,since", "ZqxGood,2020-01-01", "ZqxMember@x,2020-01-01", "ZqxTwice@x,2020-01-01",
            "ZqxTwice@x,2020-02-02",
            $"ZqxLong{new string('y', 3000)},2020-01-01", "ZqxBad@x,yesterday", ",2020-01-01");
    }

    /// <summary>Files that are refused, and one that leaves rows out of a complete table.</summary>
    public static void PutRefused(TestWarehouse test)
    {
        const string Day = "2021-02-13";
        Put(test, $"{Day}/users.csv", "50,ZqxNoHeader,Rome,1871-03-04,4815162342,{}");
        Put(test, $"{Day}/users-2.csv", "user_id,name,name,ZqxHeader", "51,ZqxName,ZqxName,ZqxCell");
        Put(test, $"{Day}/users-3.csv", "ZqxOneLine");
        Put(test, $"{Day}/users-4.csv", "\"user_id,ZqxOpenHeader");
        Put(test, $"{Day}/users-5.csv", "ZqxA;ZqxB;ZqxC", "1;ZqxName;Rome");
        Put(test, $"{Day}/users-6.json", "ZqxStart");
        Put(test, $"{Day}/users-7.json", "[{\"user_id\":60,\"name\":\"ZqxName\"}] ZqxAfter");
        Put(test, $"{Day}/users-8.json", "[{\"user_id\":61,\"name\":\"ZqxCut");
        Put(test, $"{Day}/users-9.ndjson", "Zqx\0\0\u0001Binary");
        Put(test, $"{Day}/members.csv", "email,since", "ZqxMember@x,2020-01-01");
        Put(test, $"{Day}/strict.csv", "email,born,points", "Zqx@x,ZqxBorn,1");
        Put(test, $"{Day}/strict-2.csv", "email,born,points", "Zqx@x,1871-03-04,1", "Zqx@x,1871-03-04,2");
        Put(test, $"{Day}/strict-3.ndjson", "{\"email\":\"Zqx@x\",\"born\":ZqxBorn}");
    }

    // In Latin-1, so that letters above ASCII are no text in UTF-8.
    private static void Put(TestWarehouse test, string path, params string[] lines) =>
        test.Put(path, Encoding.Latin1.GetBytes(string.Join('\n', lines) + "\n"));
}
