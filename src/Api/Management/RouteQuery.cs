using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Primitives;
using Platform.Abstractions.Problems;
using Platform.Api.Incidents;

namespace Platform.Api.Management;

/// <summary>
/// The query parameters of a route, as its handler takes them. The gate refuses every other one, and one that comes twice: a misspelt filter would be answered with everything.
/// </summary>
internal sealed class RouteQuery
{
    /// <summary>Most of what a client wrote that an error repeats.</summary>
    private const int MaxRepeated = 64;

    private const int MaxFaults = 20;

    private static readonly Type[] Simple = [typeof(string), typeof(int), typeof(long), typeof(double), typeof(bool), typeof(DryRun)];

    private readonly string[] _filters;
    private readonly ListOrder? _order;
    private readonly QueryChoice[] _choices;
    private readonly bool _isPaged;

    private RouteQuery((string Name, Type Type)[] parameters, ListOrder? order, QueryChoice[] choices)
    {
        (Parameters, _order, _choices) = (parameters, order, choices);
        _isPaged = parameters.Any(parameter => parameter.Name == "pageSize");
        _filters = _isPaged ? [.. parameters.Select(parameter => parameter.Name).Where(name => name is not ("pageSize" or PageTokens.Parameter or ListOrder.Parameter or ListFilter.Parameter))] : [];
        if (_filters.Length > 0)
        {
            Parameters = [.. Parameters, (ListFilter.Parameter, typeof(string))];
        }
    }

    /// <summary>In the order of the handler's parameters; types without what makes them optional.</summary>
    public IReadOnlyList<(string Name, Type Type)> Parameters { get; }

    /// <param name="handler">Its simple parameters that are not in the path, and members of what is bound <c>[AsParameters]</c>.</param>
    /// <param name="path">Of the route.</param>
    /// <param name="metadata">Of the route.</param>
    public static RouteQuery Of(MethodInfo handler, RoutePattern path, IList<object> metadata)
    {
        var parameters = new List<(string, Type)>();
        foreach (var parameter in handler.GetParameters())
        {
            if (parameter.IsDefined(typeof(AsParametersAttribute)))
            {
                parameters.AddRange(parameter.ParameterType.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(member => member.CanWrite).Select(member => (JsonNamingPolicy.CamelCase.ConvertName(member.Name), Plain(member.PropertyType))));
            }
            else if (Simple.Contains(Plain(parameter.ParameterType)) && path.GetParameter(parameter.Name!) is null)
            {
                parameters.Add((parameter.Name!, Plain(parameter.ParameterType)));
            }
        }

        var order = metadata.OfType<ListOrder>().LastOrDefault();
        if (order is not null && !parameters.Exists(parameter => parameter.Item1 == ListOrder.Parameter))
        {
            parameters.Add((ListOrder.Parameter, typeof(string)));
        }

        // Read beside the handler.
        if (metadata.OfType<GoesIntoIncidents>().Any())
        {
            parameters.Add((IncidentRoute.Parameter, typeof(string)));
        }

        return new RouteQuery([.. parameters], order, [.. metadata.OfType<QueryChoice>()]);
    }

    /// <summary>What is wrong with a query, by parameter; null when nothing is. A <c>filter</c> is replaced by the parameters that it stands for, and the token of a page by the place it is for.</summary>
    public Problem? Judge(HttpRequest request, PageTokens tokens)
    {
        if (!request.QueryString.HasValue)
        {
            return null;
        }

        var faults = new List<FieldError>();
        foreach (var (name, values) in request.Query)
        {
            if (faults.Count == MaxFaults)
            {
                break;
            }

            // Binding would take them in any case of letters; the description and this know one.
            var known = Parameters.FirstOrDefault(parameter => string.Equals(parameter.Name, name, StringComparison.Ordinal));
            if (known.Name is null)
            {
                faults.Add(new FieldError(name.Length > MaxRepeated ? name[..MaxRepeated] : name, Unknown()));
            }
            else if (values.Count > 1)
            {
                faults.Add(new FieldError(name, "The parameter is there twice."));
            }
            else if (Form(known.Type, values.ToString()) is { } form)
            {
                faults.Add(new FieldError(name, form));
            }
        }

        if (faults.Count == 0 && _order is not null && request.Query.TryGetValue(ListOrder.Parameter, out var order) && !_order.Words.Contains(order.ToString(), StringComparer.Ordinal))
        {
            faults.Add(new FieldError(ListOrder.Parameter, _order.Words.Length == 1 ? $"This list comes by {_order.Words[0]} alone." : UnknownWord.Advice(_order.Words)));
        }

        return faults.Count > 0 ? Problem.Invalid(faults) : ListFilter.Apply(request, _filters) ?? JudgeWords(request) ?? OpenToken(request, tokens);
    }

    // Behind the filter, which says words too.
    private Problem? JudgeWords(HttpRequest request)
    {
        var faults = new List<FieldError>();
        foreach (var choice in _choices)
        {
            if (request.Query.TryGetValue(choice.Name, out var word) && !choice.Words.Contains(word.ToString(), StringComparer.Ordinal))
            {
                faults.Add(new FieldError(choice.Name, UnknownWord.Advice(choice.Words)));
            }
        }

        return faults.Count > 0 ? Problem.Invalid(faults) : null;
    }

    private Problem? OpenToken(HttpRequest request, PageTokens tokens)
    {
        if (!_isPaged || !request.Query.TryGetValue(PageTokens.Parameter, out var token))
        {
            return null;
        }

        if (!tokens.TryOpen(request, token.ToString(), out var place))
        {
            return Problem.Invalid([new FieldError(PageTokens.Parameter, "This is not a token of a page of this list, so filtered and ordered.")]);
        }

        request.Query = new QueryCollection(request.Query.ToDictionary(pair => pair.Key, pair => pair.Key == PageTokens.Parameter ? new StringValues(Answer.Token(place)) : pair.Value, StringComparer.OrdinalIgnoreCase));
        return null;
    }

    /// <summary>What to write instead of a value that is none of its type; null when it is one. Binding would refuse it too, without saying which.</summary>
    private static string? Form(Type type, string text) =>
        type == typeof(int) ? int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) ? null : "Write a whole number."
        : type == typeof(long) ? long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) ? null : "Write a whole number."
        : type == typeof(double) ? double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? null : "Write a number."
        : type == typeof(bool) || type == typeof(DryRun) ? bool.TryParse(text, out _) ? null : "Write true or false."
        : null;

    private string Unknown() => Parameters.Count == 0 ? "There is no such parameter: this operation has none in its query." : $"There is no such parameter. There are {string.Join(", ", Parameters.Select(parameter => parameter.Name))}.";

    private static Type Plain(Type type) => Nullable.GetUnderlyingType(type) ?? type;
}
