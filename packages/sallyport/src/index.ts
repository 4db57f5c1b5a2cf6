// What a project imports from `sallyport`: the type of its policy. Everything else is a command.
export { defineConfig, type PolicyInput } from '@sallyport/policy';
