#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""charts/vedette against helm itself: chart_test.py VEDETTE

Lints strictly, renders each file of values/ and compares it with golden/ (VEDETTE_UPDATE_GOLDEN=1
rewrites them), holds what comes out against what Kubernetes wants and the chart promises, has the
program check the configuration, and wants wrong values refused. Without helm (setup/helm.sh) it is
skipped, and says so.
"""

import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

try:
    import yaml
except ImportError:
    print('skipped: python3-yaml is not installed')
    sys.exit(77)

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CHART = os.path.join(ROOT, 'charts', 'vedette')
HERE = os.path.join(ROOT, 'tests', 'chart')
UPDATE = os.environ.get('VEDETTE_UPDATE_GOLDEN') == '1'
NAME = re.compile(r'[a-z0-9]([-a-z0-9]*[a-z0-9])?$')

# What each kind must have, as Kubernetes' own schema says: path, type.
REQUIRED = {
    'ConfigMap': [('data', dict)],
    'Secret': [('stringData', dict)],
    'ServiceAccount': [('automountServiceAccountToken', bool)],
    'Service': [('spec.ports', list), ('spec.selector', dict)],
    'NetworkPolicy': [('spec.podSelector', dict), ('spec.policyTypes', list)],
    'ServiceMonitor': [('spec.selector', dict), ('spec.endpoints', list)],
    'PrometheusRule': [('spec.groups', list)],
    'DaemonSet': [('spec.selector.matchLabels', dict), ('spec.template.spec.containers', list)],
    'Pod': [('spec.containers', list)],
}
API = {
    'DaemonSet': 'apps/v1', 'NetworkPolicy': 'networking.k8s.io/v1',
    'ServiceMonitor': 'monitoring.coreos.com/v1', 'PrometheusRule': 'monitoring.coreos.com/v1',
}


def find_helm():
    cache = os.environ.get('VEDETTE_CACHE') or os.path.join(
        os.environ.get('XDG_CACHE_HOME') or os.path.expanduser('~/.cache'), 'vedette')
    own = os.path.join(cache, 'helm', 'helm')
    return own if os.access(own, os.X_OK) else shutil.which('helm')


HELM = find_helm()
VEDETTE = None


def helm(*arguments):
    return subprocess.run([HELM, *arguments], capture_output=True, text=True, check=False)


def template(*arguments):
    return helm('template', 'vedette', CHART, '-n', 'security', *arguments)


def value_sets():
    return sorted(glob.glob(os.path.join(HERE, 'values', '*.yaml')))


def at(manifest, path):
    for key in path.split('.'):
        manifest = manifest[key]
    return manifest


class Chart(unittest.TestCase):
    def rendered(self):
        for values in value_sets():
            done = template('-f', values)
            self.assertEqual(done.returncode, 0, values + done.stderr)
            manifests = [one for one in yaml.safe_load_all(done.stdout) if one]
            yield os.path.basename(values), done.stdout, manifests

    def only(self, manifests, kind):
        found = [one for one in manifests if one['kind'] == kind]
        self.assertEqual(len(found), 1, kind)
        return found[0]

    def test_lint(self):
        for values in value_sets():
            done = helm('lint', '--strict', CHART, '-f', values)
            self.assertEqual(done.returncode, 0, values + done.stdout + done.stderr)

    def test_golden(self):
        self.assertGreaterEqual(len(value_sets()), 12)
        for name, text, _ in self.rendered():
            path = os.path.join(HERE, 'golden', name)
            # The dashboard is a copy that has a test of its own.
            text = re.sub(r'(  vedette.json: ).*', r'\1...', text)
            if UPDATE:
                with open(path, 'w', encoding='utf-8') as file:
                    file.write(text)
            with open(path, encoding='utf-8') as file:
                self.assertEqual(file.read(), text, f'{name}: VEDETTE_UPDATE_GOLDEN=1 rewrites it')

    def test_manifests_are_what_kubernetes_wants(self):
        for name, _, manifests in self.rendered():
            seen = set()
            for manifest in manifests:
                kind = manifest['kind']
                with self.subTest(values=name, kind=kind):
                    self.assertEqual(manifest['apiVersion'], API.get(kind, 'v1'))
                    self.assertRegex(manifest['metadata']['name'], NAME)
                    self.assertEqual(manifest['metadata']['namespace'], 'security')
                    for path, of_type in REQUIRED[kind]:
                        self.assertIsInstance(at(manifest, path), of_type, path)
                    key = (kind, manifest['metadata']['name'])
                    self.assertNotIn(key, seen)
                    seen.add(key)
                    for label in manifest['metadata']['labels'].values():
                        self.assertRegex(label, r'^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$')

    def test_the_daemonset_holds_together(self):
        for name, _, manifests in self.rendered():
            with self.subTest(values=name):
                daemons = self.only(manifests, 'DaemonSet')
                pod = at(daemons, 'spec.template')
                wanted = at(daemons, 'spec.selector.matchLabels')
                self.assertLessEqual(wanted.items(), pod['metadata']['labels'].items())
                service = self.only(manifests, 'Service')
                self.assertEqual(service['spec']['selector'], wanted)
                test = self.only(manifests, 'Pod')
                self.assertFalse(wanted.items() <= test['metadata']['labels'].items(),
                                 'the test would be one of the daemons')
                container = pod['spec']['containers'][0]
                volumes = {one['name'] for one in pod['spec']['volumes']}
                self.assertEqual(volumes, {one['name'] for one in container['volumeMounts']})
                names = {(one['kind'], one['metadata']['name']) for one in manifests}
                for volume in pod['spec']['volumes']:
                    if 'configMap' in volume:
                        self.assertIn(('ConfigMap', volume['configMap']['name']), names)
                self.assertEqual(container['ports'][0]['containerPort'],
                                 service['spec']['ports'][0]['port'])

    def test_no_more_rights_than_said(self):
        for name, _, manifests in self.rendered():
            with self.subTest(values=name):
                spec = at(self.only(manifests, 'DaemonSet'), 'spec.template.spec')
                container = spec['containers'][0]
                context = container['securityContext']
                self.assertTrue(context['readOnlyRootFilesystem'])
                self.assertFalse(spec['automountServiceAccountToken'])
                self.assertNotIn('hostNetwork', spec)
                enforces = name == 'enforce.yaml'
                host = {one['name'] for one in spec['volumes'] if 'hostPath' in one}
                writable = {one['name'] for one in container['volumeMounts']
                            if one['name'] in host and not one.get('readOnly')}
                self.assertEqual(writable, {'store', 'bpf'} if enforces else {'store'})
                if name == 'privileged.yaml':
                    self.assertTrue(context['privileged'])
                    continue
                self.assertFalse(context['privileged'])
                self.assertEqual(context['capabilities']['drop'], ['ALL'])
                added = {'BPF', 'PERFMON', 'SYS_RESOURCE', 'SYS_PTRACE', 'DAC_READ_SEARCH'}
                added |= {'DAC_OVERRIDE'} if enforces else set()
                # Attaching to LSM hooks and functions takes more than tracepoints do.
                added |= {'SYS_ADMIN'} if name != 'tracepoint.yaml' else {'NET_ADMIN'}
                self.assertEqual(sorted(context['capabilities']['add']), sorted(added))

    def test_the_program_takes_the_configuration(self):
        for name, _, manifests in self.rendered():
            with self.subTest(values=name), tempfile.TemporaryDirectory() as folder:
                maps = {one['metadata']['name']: one['data'] for one in manifests
                        if one['kind'] == 'ConfigMap'}
                text = next(data['vedette.yaml'] for data in maps.values()
                            if 'vedette.yaml' in data)
                rules = os.path.join(folder, 'rules')
                os.mkdir(rules)
                for file, content in next((data for key, data in maps.items()
                                           if key.endswith('-rules')), {}).items():
                    with open(os.path.join(rules, file), 'w', encoding='utf-8') as out:
                        out.write(content)
                path = os.path.join(folder, 'vedette.yaml')
                text = text.replace('/etc/vedette-rules', rules)
                text = text.replace('- shipped', '- ' + os.path.join(ROOT, 'rules', 'packs'))
                with open(path, 'w', encoding='utf-8') as out:
                    out.write(text)
                done = subprocess.run(
                    [VEDETTE, 'config', 'check', '--config', path], capture_output=True, text=True,
                    check=False, env={**os.environ, 'SLACK_URL': 'https://hooks.example.org/x',
                                      'SOC_URL': 'https://soc.example.org/'})
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_wrong_values_are_refused(self):
        for wrong in ['mode=kprobe', 'metrics.port=0', 'enforce.enabled=perhaps', 'imagee.tag=1',
                      'store.hostPath=relative', 'extraCapabilities[0]=sys admin',
                      'rules.bad=text', 'image.digest=latest', 'store.bytesMax=much']:
            done = template('--set', wrong)
            self.assertNotEqual(done.returncode, 0, wrong)
            self.assertIn('schema', done.stderr, wrong)

    def test_what_watches_the_daemon_is_what_ships(self):
        for name in ['alerts.yaml', 'dashboard.json']:
            shipped = os.path.join(ROOT, 'integrations', 'status', 'shipped', name)
            with open(shipped, encoding='utf-8') as ours, \
                    open(os.path.join(CHART, 'files', name), encoding='utf-8') as copy:
                self.assertEqual(ours.read(), copy.read(),
                                 f'copy {name} of integrations/status/shipped to charts/')


if __name__ == '__main__':
    VEDETTE = sys.argv.pop(1)
    if HELM is None:
        print('skipped: there is no helm; setup/helm.sh fetches one')
        sys.exit(77)
    unittest.main()
