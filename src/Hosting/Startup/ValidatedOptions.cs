using System.Reflection;
using FluentValidation;
using Microsoft.Extensions.Configuration;

namespace Platform.Hosting.Startup;

public static class ValidatedOptions
{
    /// <summary>Binds a section and checks it before anything else starts. Unknown keys and bad values are reported together.</summary>
    /// <exception cref="StartupException">Names each key at fault, its value and the cure.</exception>
    public static T Read<T>(IConfiguration configuration, string section, IValidator<T> validator) where T : class, new()
    {
        var options = new T();
        var faults = Unknown(configuration.GetSection(section), typeof(T)).ToList();
        try
        {
            configuration.GetSection(section).Bind(options);
        }
        catch (InvalidOperationException fault)
        {
            // The binder's sentence names the key and the type it wanted.
            faults.Add(fault.Message);
        }

        faults.AddRange(validator.Validate(options).Errors.Select(error => error.ErrorMessage));
        return faults.Count == 0
            ? options
            : throw new StartupException("The configuration is not valid:" + Environment.NewLine + string.Join(Environment.NewLine, faults.Select(fault => "  - " + fault)));
    }

    private static IEnumerable<string> Unknown(IConfigurationSection section, Type type)
    {
        foreach (var child in section.GetChildren())
        {
            var property = type.GetProperty(child.Key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
            if (property is null)
            {
                yield return $"{child.Path} is not a setting; remove it, or see docs/configuration.md for its name.";
            }
            else if (property.PropertyType.Assembly == type.Assembly && property.PropertyType.IsClass)
            {
                foreach (var nested in Unknown(child, property.PropertyType))
                {
                    yield return nested;
                }
            }
        }
    }
}
