using FluentValidation;
using FluentValidation.Internal;
using FluentValidation.Validators;

namespace Platform.Api.OpenApi;

/// <summary>The rules of every body, read from the validators that the routes run.</summary>
internal sealed class BodyRules(IServiceProvider services)
{
    private static readonly MemberRule None = new();
    private readonly Dictionary<Type, Dictionary<string, MemberRule>> _rules = [];

    public MemberRule Of(Type type, string member) => _rules.TryGetValue(type, out var members) && members.TryGetValue(member, out var rule) ? rule : None;

    /// <summary>Reads what is registered for a type, and for what lies in it.</summary>
    public void Read(Type type)
    {
        if (services.GetService(typeof(IValidator<>).MakeGenericType(type)) is IValidator validator)
        {
            Read(type, validator);
        }
    }

    private void Read(Type type, IValidator validator)
    {
        if (!_rules.TryAdd(type, new Dictionary<string, MemberRule>(StringComparer.Ordinal)))
        {
            return;
        }

        foreach (var rule in validator.CreateDescriptor().Rules.Where(rule => !string.IsNullOrEmpty(rule.PropertyName)))
        {
            if (!_rules[type].TryGetValue(rule.PropertyName, out var member))
            {
                _rules[type][rule.PropertyName] = member = new MemberRule();
            }

            Take(rule, IsOfItems(rule) ? member.OfItems() : member);
        }
    }

    private void Take(IValidationRule rule, MemberRule member)
    {
        foreach (var component in rule.Components)
        {
            if (component.Validator is IChildValidatorAdaptor { ValidatorType: { } type } && type.GetConstructor(Type.EmptyTypes) is not null && Validated(type) is { } nested)
            {
                Read(nested, (IValidator)Activator.CreateInstance(type)!);
            }
            else if (!rule.HasCondition && !rule.HasAsyncCondition && !component.HasCondition && !component.HasAsyncCondition)
            {
                member.Take(component.Validator, Message(component));
            }
        }
    }

    /// <summary>What whoever fails is told; nothing where that depends on the body.</summary>
    private static string Message(IRuleComponent component)
    {
        try
        {
            return component.GetUnformattedErrorMessage();
        }
        catch (NullReferenceException)
        {
            // The text is made of a body, and there is none here; the library has no way to ask before.
            return "";
        }
    }

    private static bool IsOfItems(IValidationRule rule) => rule.GetType().GetInterfaces().Any(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(ICollectionRule<,>));

    private static Type? Validated(Type validator) =>
        validator.GetInterfaces().Where(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IValidator<>)).Select(one => one.GetGenericArguments()[0]).FirstOrDefault();
}
