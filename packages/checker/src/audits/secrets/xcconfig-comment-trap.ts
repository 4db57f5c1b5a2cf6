import { defineAudit } from '../../audit.ts';

export const xcconfigCommentTrap = defineAudit({
  id: 'xcconfig-comment-trap',
  area: 'secrets',
  title: 'Addresses in xcconfig files are whole',
  failingTitle: 'An address in an xcconfig file is cut at //',
  severity: 'low',
  references: { checklist: 'secrets-at-build', cwe: [1188] },
  why: 'In an xcconfig file // begins a comment, so the value becomes “https:” and the app falls back to something else.',
  remedy: { text: 'Write the slashes apart.', language: 'ini', code: 'SLASH = /\nAPI_BASE_URL = https:$(SLASH)/api.example.com' },
  needs: ['texts'],
  samples: {
    fail: [{ path: 'A.xcconfig', text: 'API_BASE_URL = https://api.example.com\n' }],
    pass: [{ path: 'A.xcconfig', text: '// see https://example.com\nAPI_BASE_URL = https:/$()/api.example.com\n' }],
  },
  check(artifacts, context) {
    for (const file of artifacts.texts) {
      if (file.role !== 'xcconfig') continue;
      file.source.split('\n').forEach((line, index) => {
        if (/^\s*\w[\w.[\]=*]*\s*=\s*"?[a-z]+:\/\//i.test(line))
          context.report({
            place: { path: file.path, line: index + 1, evidence: line },
            message: 'Everything from // on is a comment; the value ends before it.',
          });
      });
    }
  },
});
