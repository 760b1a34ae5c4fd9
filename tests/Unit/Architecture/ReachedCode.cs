using System.Reflection;
using System.Reflection.Emit;

namespace PaxosShard.Tests.Unit.Architecture;

/// <summary>
/// What of some assemblies can be reached from one of them, by the instructions of its methods. A method reaches what it calls, makes or names; a
/// type that is reached may be called through any method that it overrides or implements. Never too little; what is called only under conditions that
/// never hold counts as reached.
/// </summary>
internal sealed class ReachedCode
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;
    private const byte TwoByteInstruction = 0xFE;

    private static readonly Dictionary<short, OpCode> _instructions = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    private readonly HashSet<Assembly> _within;
    private readonly HashSet<Type> _types = [];
    private readonly HashSet<MethodBase> _methods = [];
    private readonly Queue<MethodBase> _unread = [];

    /// <summary>Follows everything.</summary>
    /// <param name="from">Whose every method is reached.</param>
    /// <param name="within">Whose types are followed.</param>
    public ReachedCode(Assembly from, IEnumerable<Assembly> within)
    {
        _within = [from, .. within];
        foreach (Type type in from.GetTypes())
        {
            Reach(type);
            foreach (MethodBase method in MethodsOf(type))
                Reach(method);
        }

        while (_unread.TryDequeue(out MethodBase? method))
            Read(method);
    }

    /// <summary>Types, as their definitions.</summary>
    public IReadOnlySet<Type> Types => _types;

    /// <summary>All methods and constructors that a type itself declares.</summary>
    public static IEnumerable<MethodBase> MethodsOf(Type type) => [.. type.GetMethods(Declared), .. type.GetConstructors(Declared)];

    private void Reach(Type? type)
    {
        if (type is null || type.IsGenericParameter)
            return;
        if (type.HasElementType)
        {
            Reach(type.GetElementType());
            return;
        }

        foreach (Type argument in type.IsGenericType ? type.GetGenericArguments() : [])
            Reach(argument);
        Type definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        if (!_within.Contains(definition.Assembly) || !_types.Add(definition))
            return;
        Reach(definition.DeclaringType);
        Reach(definition.BaseType);
        foreach (Type face in definition.GetInterfaces())
            Reach(face);
        // The compiler's own types stand for lambdas and asynchronous methods: who makes one runs it.
        bool isMade = definition.Name.Contains('<', StringComparison.Ordinal);
        foreach (MethodBase method in MethodsOf(definition).Where(method => isMade || method.IsVirtual || (method.IsStatic && method.IsConstructor)))
            Reach(method);
    }

    private void Reach(MethodBase method)
    {
        foreach (Type argument in method.IsGenericMethod ? method.GetGenericArguments() : [])
            Reach(argument);
        Reach(method.DeclaringType);
        if (method.DeclaringType is null || !_within.Contains(method.Module.Assembly))
            return;
        MethodBase definition = method.Module.ResolveMethod(method.MetadataToken)!;
        if (_methods.Add(definition))
            _unread.Enqueue(definition);
    }

    private void Read(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
            return;
        foreach (LocalVariableInfo local in body.LocalVariables)
            Reach(local.LocalType);
        Type[] ofType = method.DeclaringType!.GetGenericArguments();
        Type[] ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : [];
        foreach (int token in TokensOf(body.GetILAsByteArray()!))
        {
            switch (method.Module.ResolveMember(token, ofType, ofMethod))
            {
                case Type type:
                    Reach(type);
                    break;
                case MethodBase called:
                    Reach(called);
                    break;
                case FieldInfo field:
                    Reach(field.DeclaringType);
                    Reach(field.FieldType);
                    break;
            }
        }
    }

    /// <summary>The tokens of members that the instructions of a method name.</summary>
    private static IEnumerable<int> TokensOf(byte[] code)
    {
        for (int at = 0; at < code.Length;)
        {
            bool isLong = code[at] == TwoByteInstruction;
            OpCode instruction = _instructions[isLong ? (short)((code[at] << 8) | code[at + 1]) : code[at]];
            at += isLong ? 2 : 1;
            if (instruction.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
                yield return BitConverter.ToInt32(code, at);
            at += SizeOfOperand(instruction.OperandType, code, at);
        }
    }

    private static int SizeOfOperand(OperandType type, byte[] code, int at) => type switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => sizeof(byte),
        OperandType.InlineVar => sizeof(short),
        OperandType.InlineI8 or OperandType.InlineR => sizeof(long),
        OperandType.InlineSwitch => sizeof(int) * (1 + BitConverter.ToInt32(code, at)),
        _ => sizeof(int),
    };
}
