using System.Collections.Concurrent;

namespace Platform.Abstractions.Identity;

/// <summary>
/// The rules of one principal, read once and judged for each request. Without conditions there is one set of permissions and nothing to judge. A rule whose
/// condition fails is not there; of one that cannot be told only the denies are there.
/// </summary>
public sealed class AccessPolicy
{
    private const int MaxSets = 64;
    private const int MaxOnStack = 256;

    private readonly AccessRule[] _always;
    private readonly Conditional[] _sometimes;
    private readonly Func<IReadOnlyList<AccessRule>, PermissionSet> _compile;
    private readonly PermissionSet? _constant;
    private readonly ConcurrentDictionary<string, PermissionSet> _sets = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, PermissionSet>.AlternateLookup<ReadOnlySpan<char>> _setsBySpan;

    /// <param name="rules">As a principal has them.</param>
    /// <param name="compile">Makes sets, or finds those that were made before.</param>
    public AccessPolicy(IReadOnlyList<AccessRule> rules, Func<IReadOnlyList<AccessRule>, PermissionSet> compile)
    {
        _compile = compile;
        _always = [.. rules.Where(rule => rule is { Condition: null, Until: null })];
        _sometimes = [.. rules.Where(rule => rule is not { Condition: null, Until: null }).Select(rule => new Conditional(rule, rule.Condition is { } condition ? new ConditionJudge(condition) : null))];
        _constant = _sometimes.Length == 0 ? compile(_always) : null;
        _setsBySpan = _sets.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Judges nothing and allows nothing.</summary>
    public static AccessPolicy None { get; } = new([], _ => PermissionSet.None);

    /// <summary>The one set there is, when nothing of it depends on when, whence and how a request is made.</summary>
    public bool IsConstant => _constant is not null;

    /// <summary>What may be done in this context. Allocates nothing once the combination of verdicts was seen.</summary>
    public PermissionSet At(in AccessContext context)
    {
        if (_constant is not null)
        {
            return _constant;
        }

        Span<char> verdicts = _sometimes.Length <= MaxOnStack ? stackalloc char[MaxOnStack] : new char[_sometimes.Length];
        verdicts = verdicts[.._sometimes.Length];
        for (var i = 0; i < _sometimes.Length; i++)
        {
            verdicts[i] = (char)('0' + (int)_sometimes[i].Judge(context));
        }

        if (_setsBySpan.TryGetValue(verdicts, out var known))
        {
            return known;
        }

        if (_sets.Count >= MaxSets)
        {
            _sets.Clear();
        }

        return _sets[verdicts.ToString()] = _compile(Applying(context));
    }

    /// <summary>The rules that count in this context.</summary>
    public IReadOnlyList<AccessRule> Applying(in AccessContext context)
    {
        var applying = new List<AccessRule>(_always);
        foreach (var conditional in _sometimes)
        {
            switch (conditional.Judge(context))
            {
                case ConditionVerdict.Holds:
                    applying.Add(conditional.Rule);
                    break;
                case ConditionVerdict.Unknown:
                    applying.Add(conditional.Rule with { Allow = [] });
                    break;
            }
        }

        return applying;
    }

    private sealed record Conditional(AccessRule Rule, ConditionJudge? Condition)
    {
        // Over to the tick, whatever else is true.
        public ConditionVerdict Judge(in AccessContext context) =>
            context.Now >= Rule.Until ? ConditionVerdict.Fails : Condition?.Judge(context) ?? ConditionVerdict.Holds;
    }
}
