using System.Text.Json.Nodes;
using FluentValidation.Validators;

namespace Platform.Api.OpenApi;

/// <summary>What validation asks of one member, as far as a schema can say it; the rest is said in words.</summary>
internal sealed class MemberRule
{
    private readonly List<string> _says = [];
    private int? _minLength;
    private int? _maxLength;
    private string? _pattern;
    private decimal? _minimum;
    private decimal? _maximum;

    /// <summary>It must be there and not null.</summary>
    public bool IsRequired { get; private set; }

    /// <summary>What is asked of each item.</summary>
    public MemberRule? Items { get; private set; }

    public MemberRule OfItems() => Items ??= new MemberRule();

    /// <param name="validator">One that holds without a condition.</param>
    /// <param name="message">What whoever fails it is told.</param>
    public void Take(IPropertyValidator validator, string message)
    {
        switch (validator)
        {
            case ILengthValidator { Max: > 0 } length:
                (_minLength, _maxLength) = (length.Min > 0 ? length.Min : _minLength, length.Max);
                break;
            case IRegularExpressionValidator { Expression: { } expression }:
                _pattern = expression;
                break;
            case IBetweenValidator { Name: "InclusiveBetweenValidator" } between:
                (_minimum, _maximum) = (Number(between.From), Number(between.To));
                break;
            case IComparisonValidator { Comparison: Comparison.GreaterThanOrEqual, MemberToCompare: null } least:
                _minimum = Number(least.ValueToCompare);
                break;
            case IComparisonValidator { Comparison: Comparison.LessThanOrEqual, MemberToCompare: null } most:
                _maximum = Number(most.ValueToCompare);
                break;
            case INotNullValidator:
                IsRequired = true;
                break;
            case INotEmptyValidator:
                (IsRequired, _minLength) = (true, _minLength ?? 1);
                break;
            case IPredicateValidator when message.Length > 0 && !message.Contains('{', StringComparison.Ordinal) && !_says.Contains(message, StringComparer.Ordinal):
                _says.Add(message);
                break;
        }
    }

    public void Narrow(JsonObject schema)
    {
        var type = (string?)schema["type"];
        if (type == "string" && schema["enum"] is null)
        {
            Set(schema, "minLength", _minLength);
            Set(schema, "maxLength", _maxLength);
            if (_pattern is not null)
            {
                schema["pattern"] = _pattern;
            }
        }

        if (type == "array")
        {
            Set(schema, "minItems", _minLength);
            Items?.Narrow((JsonObject)schema["items"]!);
        }

        if (type is "integer" or "number")
        {
            Set(schema, "minimum", _minimum);
            Set(schema, "maximum", _maximum);
        }

        if (_says.Count > 0)
        {
            schema["description"] = string.Join(' ', _says);
        }
    }

    private static void Set(JsonObject schema, string name, decimal? value)
    {
        if (value is { } number)
        {
            schema[name] = decimal.IsInteger(number) ? JsonValue.Create((long)number) : JsonValue.Create(number);
        }
    }

    private static decimal? Number(object? value) => value is int or long or double or decimal or float ? Convert.ToDecimal(value, System.Globalization.CultureInfo.InvariantCulture) : null;
}
