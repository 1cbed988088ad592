using System.Globalization;
using Platform.Abstractions.RateLimits;
using Platform.Admin.Management;
using Platform.Admin.Session;

namespace Platform.Admin.Components.Pages.Limits;

/// <summary>Rate limits as a form has them: of a tenant, or of a plan. Only what JSON could not carry is refused here; the bounds are REST's.</summary>
public sealed class LimitsInput
{
    private const int Spare = 2;
    private const int MostRows = 250;
    private static readonly string[] RowMembers = ["", ".cost", ".limit.permitsPerMinute", ".limit.burst"];

    /// <summary>The buckets, narrowest first, with what they count.</summary>
    public static IReadOnlyList<(string Name, string Title, string Hint)> Buckets { get; } =
    [
        ("key", "Each key", "Keys without a limit of their own, certificates, and each principal's access tokens."),
        ("principal", "Each principal", "Over all of its credentials."),
        ("address", "Each address", "Over all credentials; IPv6 by /64."),
        ("tenant", "The whole tenant", "Everything that is asked of its endpoint."),
    ];

    private readonly Dictionary<string, string?> _texts = new(StringComparer.Ordinal);

    /// <summary>With spare lines at the end.</summary>
    public List<Row> Methods { get; } = [];

    /// <summary>With spare lines at the end.</summary>
    public List<Row> Tools { get; } = [];

    /// <summary>What was typed into a field.</summary>
    public string? this[string name]
    {
        get => _texts.GetValueOrDefault(name);
        private set => _texts[name] = value;
    }

    /// <summary>The names under which errors are shown beside their field.</summary>
    public IReadOnlyCollection<string> Fields =>
    [
        .. Buckets.SelectMany(bucket => new[] { bucket.Name + ".permitsPerMinute", bucket.Name + ".burst" }), "quota.perDay", "quota.perMonth", "quota", "description", "plan",
        .. RowFields("methods", Methods), .. RowFields("tools", Tools),
    ];

    /// <summary>As it stands now.</summary>
    public static LimitsInput Of(RateLimitPolicy policy)
    {
        var input = new LimitsInput();
        foreach (var (name, rule) in Rules(policy))
        {
            input[name + ".permitsPerMinute"] = Text(rule?.PermitsPerMinute);
            input[name + ".burst"] = Text(rule?.Burst);
        }

        input["quota.perDay"] = Text(policy.Quota?.PerDay);
        input["quota.perMonth"] = Text(policy.Quota?.PerMonth);
        input.Methods.AddRange(Rows(policy.Methods));
        input.Tools.AddRange(Rows(policy.Tools));
        input.AddSpare();
        return input;
    }

    internal static LimitsInput Of(PostedForm form)
    {
        var input = new LimitsInput();
        foreach (var name in Buckets.SelectMany(bucket => new[] { bucket.Name + ".permitsPerMinute", bucket.Name + ".burst" }).Concat(["quota.perDay", "quota.perMonth"]))
        {
            input[name] = form.Text(name);
        }

        Read("methods", input.Methods);
        Read("tools", input.Tools);
        input.AddSpare();
        return input;

        void Read(string kind, List<Row> rows)
        {
            for (var index = 0; index < MostRows && form.Has($"{kind}-{index}.name"); index++)
            {
                var row = new Row(form.Text($"{kind}-{index}.name"), form.Text($"{kind}-{index}.cost"), form.Text($"{kind}-{index}.perMinute"), form.Text($"{kind}-{index}.burst"));
                if (!row.IsEmpty)
                {
                    rows.Add(row);
                }
            }
        }
    }

    /// <summary>As REST takes it; what of it is no number is at fault.</summary>
    internal RateLimitPolicy Read(FormFaults faults)
    {
        var rules = Buckets.ToDictionary(bucket => bucket.Name, bucket => Rule(bucket.Name, this[bucket.Name + ".permitsPerMinute"], this[bucket.Name + ".burst"]), StringComparer.Ordinal);
        var (day, month) = (Long("quota.perDay"), Long("quota.perMonth"));
        var methods = Limits("methods", Methods);
        var tools = Limits("tools", Tools);
        return new RateLimitPolicy
        {
            Key = rules["key"],
            Principal = rules["principal"],
            Address = rules["address"],
            Tenant = rules["tenant"],
            Quota = day is null && month is null ? null : new UsageQuota(day, month),
            Methods = methods,
            Tools = tools,
        };

        RateLimitRule? Rule(string name, string? perMinute, string? burst) =>
            perMinute is null && burst is null ? null : new RateLimitRule(Whole(name + ".permitsPerMinute", perMinute), Whole(name + ".burst", burst));

        int Whole(string name, string? text)
        {
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                return number;
            }

            faults.Add(name, text is null ? "Enter both, or neither." : "Enter a whole number.");
            return 0;
        }

        long? Long(string name)
        {
            if (this[name] is not { } text)
            {
                return null;
            }

            if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                return number;
            }

            faults.Add(name, "Enter a whole number.");
            return null;
        }

        Dictionary<string, MethodLimit> Limits(string kind, List<Row> rows)
        {
            var limits = new Dictionary<string, MethodLimit>(StringComparer.Ordinal);
            foreach (var row in rows.Where(row => !row.IsEmpty))
            {
                if (row.Name is null || !limits.TryAdd(row.Name, new MethodLimit
                {
                    Cost = row.Cost is null ? null : Whole($"{kind}.{row.Name}.cost", row.Cost),
                    Limit = Rule($"{kind}.{row.Name}.limit", row.PerMinute, row.Burst),
                }))
                {
                    faults.Add($"{kind}.{row.Name}", row.Name is null ? "Say which." : "It is there twice.");
                }
            }

            return limits;
        }
    }

    /// <summary>Those of the buckets, by name.</summary>
    public static IEnumerable<(string Name, RateLimitRule? Rule)> Rules(RateLimitPolicy policy) =>
        [("key", policy.Key), ("principal", policy.Principal), ("address", policy.Address), ("tenant", policy.Tenant)];

    private void AddSpare()
    {
        Methods.AddRange(Enumerable.Repeat(new Row(null, null, null, null), Spare));
        Tools.AddRange(Enumerable.Repeat(new Row(null, null, null, null), Spare));
    }

    private static IEnumerable<string> RowFields(string kind, List<Row> rows) => rows.Where(row => !row.IsEmpty)
        .SelectMany(row => RowMembers.Select(member => $"{kind}.{row.Name}{member}"));

    private static IEnumerable<Row> Rows(IReadOnlyDictionary<string, MethodLimit> limits) => limits.OrderBy(limit => limit.Key, StringComparer.Ordinal)
        .Select(limit => new Row(limit.Key, Text(limit.Value.Cost), Text(limit.Value.Limit?.PermitsPerMinute), Text(limit.Value.Limit?.Burst)));

    private static string? Text(long? value) => value?.ToString(CultureInfo.InvariantCulture);

    /// <summary>One method or tool as it was typed.</summary>
    public sealed record Row(string? Name, string? Cost, string? PerMinute, string? Burst)
    {
        /// <summary>It says nothing.</summary>
        public bool IsEmpty => (Name ?? Cost ?? PerMinute ?? Burst) is null;
    }
}
