using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace Platform.Architecture.Tests;

/// <summary>What code refers to, read from its metadata and its IL. Constants that the compiler copied leave no trace.</summary>
internal static class Code
{
    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly OpCode[] OneByte = Table(opCode => opCode.Size == 1);
    private static readonly OpCode[] TwoBytes = Table(opCode => opCode.Size == 2);

    /// <summary>Every type a type refers to: base, interfaces, attributes, members, and what its methods' bodies name. Generic arguments are taken apart.</summary>
    public static IEnumerable<Type> TypesUsedBy(Type type)
    {
        var members = type.GetMembers(Declared);
        return Attributes(type)
            .Append(type.BaseType)
            .Concat(type.GetInterfaces())
            .Concat(members.SelectMany(Attributes))
            .Concat(members.SelectMany(Signature))
            .Concat(MembersCalledBy(type).SelectMany(member => Signature(member).Append(member as Type).Append(member.DeclaringType)))
            .OfType<Type>()
            .SelectMany(Parts)
            .Distinct();
    }

    /// <summary>Methods, fields and types that the bodies of a type's methods name.</summary>
    public static IEnumerable<MemberInfo> MembersCalledBy(Type type) =>
        type.GetMembers(Declared).OfType<MethodBase>().SelectMany(Body);

    private static IEnumerable<MemberInfo> Body(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
        {
            yield break;
        }

        foreach (var local in body.LocalVariables)
        {
            yield return local.LocalType;
        }

        foreach (var clause in body.ExceptionHandlingClauses)
        {
            if (clause.Flags == ExceptionHandlingClauseOptions.Clause && clause.CatchType is { } caught)
            {
                yield return caught;
            }
        }

        var typeArguments = method.DeclaringType is { IsGenericType: true } generic ? generic.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        foreach (var token in Tokens(body.GetILAsByteArray() ?? []))
        {
            if (method.Module.ResolveMember(token, typeArguments, methodArguments) is { } member)
            {
                yield return member;
            }
        }
    }

    private static IEnumerable<int> Tokens(byte[] il)
    {
        for (var at = 0; at < il.Length;)
        {
            var opCode = il[at] == 0xFE ? TwoBytes[il[at + 1]] : OneByte[il[at]];
            at += opCode.Size;
            var operand = il.AsSpan(at);
            switch (opCode.OperandType)
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    yield return BinaryPrimitives.ReadInt32LittleEndian(il.AsSpan(at));
                    at += 4;
                    break;
                case OperandType.InlineSwitch:
                    at += 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(operand));
                    break;
                default:
                    at += Size(opCode.OperandType);
                    break;
            }
        }
    }

    private static int Size(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };

    private static IEnumerable<Type?> Signature(MemberInfo member) => member switch
    {
        FieldInfo field => [field.FieldType],
        MethodInfo method => [.. method.GetParameters().Select(parameter => parameter.ParameterType), method.ReturnType, .. method.IsGenericMethod ? method.GetGenericArguments() : []],
        ConstructorInfo constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType),
        _ => [],
    };

    private static IEnumerable<Type?> Attributes(MemberInfo member) => member.GetCustomAttributesData().SelectMany(data =>
        data.ConstructorArguments.Select(argument => argument.Value as Type).Append(data.AttributeType));

    private static IEnumerable<Type> Parts(Type type)
    {
        if (type.HasElementType)
        {
            return Parts(type.GetElementType()!);
        }

        return type.IsGenericParameter ? [] : type.IsConstructedGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition()) : [type];
    }

    private static OpCode[] Table(Func<OpCode, bool> wanted)
    {
        var table = new OpCode[256];
        foreach (var opCode in typeof(OpCodes).GetFields().Select(field => field.GetValue(null)).OfType<OpCode>().Where(wanted))
        {
            table[opCode.Value & 0xFF] = opCode;
        }

        return table;
    }
}
